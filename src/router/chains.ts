import { wireName, type Model, type ModelId } from "./model";

/** The models for one of several answers to the same question. Added to a request, it asks these models only. */
export interface Chain {
  /** The model to ask first. */
  readonly pin: ModelId;
  /** The models of the other chains. */
  readonly exclude: readonly ModelId[];
}

/**
 * Deals models out to chains without a common model, one for each model of `first`. `models` are the candidates, the best first, so that
 * no chain gets all the good ones.
 */
export function divide(models: readonly ModelId[], first: readonly ModelId[]): Chain[] {
  const others = models.filter((model) => !first.includes(model));
  const isOf = (chain: number, model: ModelId): boolean =>
    first.includes(model) ? first[chain] === model : others.indexOf(model) % first.length === chain;
  const all = [...first, ...others];
  return first.map((pin, chain) => ({ pin, exclude: all.filter((model) => !isOf(chain, model)) }));
}

/**
 * The best models of as many different makers as possible, at most `count`. `models` are ordered, the best first; routers are left out,
 * since they choose among the same models.
 */
export function differentMakers(models: readonly Model[], count: number): Model[] {
  const eligible = models.filter(({ router }) => !router);
  const best = [...Map.groupBy(eligible, ({ id }) => makerOf(id)).values()].flatMap(([model]) => model ?? []);
  const others = eligible.filter((model) => !best.includes(model));
  return [...best, ...others].slice(0, count);
}

/** Who made a model: the author in the id, or else the family's name, such as `qwen` of `qwen3:8b`. */
export function makerOf(id: ModelId): string {
  const name = wireName(id).toLowerCase();
  const slash = name.indexOf("/");
  const maker = slash < 0 ? name : name.slice(0, slash);
  return /^[a-z]+/.exec(maker)?.[0] ?? maker;
}
