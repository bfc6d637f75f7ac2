import { Basket } from "./basket";

// This file has the line endings of Windows, and tabs.
export function shipping(basket: Basket): number {
	const total = basket.total();
	if (total > 5000) {
		return 0;
	}
	return 499;
}
