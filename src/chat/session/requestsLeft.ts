import { serviceOf, type ModelId, type ServiceState } from "../../router/index";

/** The requests that the services in use still allow; absent if that is unknown or not limited. */
export interface RequestsLeft {
  readonly today?: number;
  readonly thisMinute?: number;
}

/**
 * What is left of the free requests of all services together. Those to local models are not limited: there is no number if no other service is
 * in use, or if a local `model` will be asked. Nor is there one of the day for a service that limits each model by itself, until all are used up.
 */
export function requestsLeft(services: readonly ServiceState[], model?: ModelId): RequestsLeft {
  const asked = model === undefined ? undefined : services.find(({ id }) => id === serviceOf(model));
  if (asked?.place === "local") return {};
  const quotas = services.flatMap(({ quota, error }) => (quota && !error ? [quota] : []));
  const known = quotas.flatMap(({ remaining, model, exhausted }) =>
    remaining === undefined || (model !== undefined && !exhausted) ? [] : remaining,
  );
  const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);
  return {
    ...(known.length > 0 && known.length === quotas.length && { today: sum(known) }),
    ...(quotas.length > 0 && {
      thisMinute: sum(quotas.map(({ minute }) => Math.max(0, minute.limit - minute.used))),
    }),
  };
}
