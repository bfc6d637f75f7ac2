import { discounted, type Price } from "./price";

export interface Line {
  title: string;
  price: Price;
  copies: number;
}

export class Basket {
  private readonly lines: Line[] = [];

  add(title: string, price: Price, copies = 1): void {
    const line = this.lines.find((each) => each.title === title);
    if (line) line.copies += copies;
    else this.lines.push({ title, price, copies });
  }

  remove(title: string): void {
    for (let i = 0; i < this.lines.length; i++) {
      if (this.lines[i].title === title) this.lines.splice(i, 1);
    }
  }

  total(): number {
    let sum = 0;
    for (const { price, copies } of this.lines) {
      sum += discounted(price, copies).amount * copies;
    }
    return sum;
  }
}
