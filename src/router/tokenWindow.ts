import type { Catalogue } from "./catalogue";
import type { Book } from "./book";
import type { Model } from "./model";
import type { Service } from "./services/service";

const narrowed = new WeakMap<Model, Model>();

/** The catalogue with the windows that requests really have: more tokens than a minute allows are refused, however long one waits. */
export function withTokenWindows(catalogue: Catalogue, { limits }: Pick<Service, "limits">, book: Book): Catalogue {
  if (!limits) return catalogue;
  const shared = limits.per === "account" ? book.tokenLimit() : undefined;
  const limitOf = ({ id }: Model): number | undefined =>
    limits.per === "model" ? book.forModel(id).tokenLimit() : shared;
  return { ...catalogue, models: catalogue.models.map((model) => withWindow(model, limitOf(model))) };
}

function withWindow(model: Model, limit: number | undefined): Model {
  if (limit === undefined || (model.contextLength > 0 && model.contextLength <= limit)) return model;
  const known = narrowed.get(model);
  if (known?.contextLength === limit) return known;
  const result = { ...model, contextLength: limit };
  narrowed.set(model, result);
  return result;
}
