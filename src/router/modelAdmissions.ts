import type { Admission } from "./admission";
import { isSpent, type Book } from "./book";
import type { Quota } from "./quota";
import type { Model, ModelId } from "./model";

/** What limits the requests to a service. */
export interface Admissions {
  /** For requests to any of its models. */
  readonly admission: Admission;
  /** For requests to each model, where its limits or places are its own. */
  readonly admissionOf: (model: ModelId) => Admission;
}

/** The admissions of a service that limits each model by itself. As a whole it is used up when all of its models are. */
export function modelAdmissions(
  book: Book,
  admissionBy: (book: Book) => Admission,
  models: readonly Model[],
): Admissions {
  const admissions = new Map<ModelId, Admission>();
  const admissionOf = (model: ModelId): Admission => {
    const admission = admissions.get(model) ?? admissionBy(book.forModel(model));
    admissions.set(model, admission);
    return admission;
  };
  const all = (): Admission[] => models.map(({ id }) => admissionOf(id));
  const shared = admissionBy(book);
  const admission: Admission = {
    ...shared,
    limit(tokens) {
      if (models.length === 0 || !all().every((each) => isSpent(each.limit(tokens)))) return undefined;
      return all().some((each) => each.limit(tokens) === "reserved") ? "reserved" : "day";
    },
    blockedError() {
      const errors = all().map((each) => each.blockedError());
      const blocked = errors.filter((error) => error !== undefined);
      if (blocked.length < errors.length) return undefined;
      return blocked.sort((one, other) => (one.retryAt ?? Infinity) - (other.retryAt ?? Infinity))[0];
    },
    quota: () => scarcest(models.map(({ id }) => ({ ...admissionOf(id).quota(), model: id }))) ?? shared.quota(),
  };
  return { admission, admissionOf };
}

/** The figures of the model with the least left. A model that is used up counts only when all are. */
function scarcest(quotas: readonly Quota[]): Quota | undefined {
  const usable = quotas.filter(({ exhausted }) => !exhausted);
  const [first, ...others] = usable.length > 0 ? usable : quotas;
  return first && others.reduce((least, each) => (rank(each) < rank(least) ? each : least), first);

  function rank({ exhausted, remaining = Infinity, resetsAt }: Quota): number {
    return exhausted ? resetsAt : remaining;
  }
}
