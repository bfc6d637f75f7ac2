export interface Price {
  /** In cents, so that sums are exact. */
  amount: number;
  currency: "EUR" | "USD";
}

export function format({ amount, currency }: Price, locale = "en"): string {
  return new Intl.NumberFormat(locale, { style: "currency", currency }).format(amount / 100);
}

/** Ten percent off from the third copy on. */
export function discounted(price: Price, copies: number): Price {
  const factor = copies > 3 ? 0.9 : 1;
  return { ...price, amount: Math.round(price.amount * factor) };
}
