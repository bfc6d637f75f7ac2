import type { RouterSettings } from "../../settings";

export function modelsUrl(settings: RouterSettings): string {
  return urlOf(settings, "/models");
}

export function keyUrl(settings: RouterSettings): string {
  return urlOf(settings, "/key");
}

/** Requires a key: the models that the account's privacy settings allow. */
export function userModelsUrl(settings: RouterSettings): string {
  return urlOf(settings, "/models/user");
}

/** A page of the service's website, not of its API. */
export function signInUrl(settings: RouterSettings): string {
  return `${urlOf(settings, "").replace(/\/api\/v\d+$/, "")}/auth`;
}

export function codeExchangeUrl(settings: RouterSettings): string {
  return urlOf(settings, "/auth/keys");
}

export function completionsUrl(settings: RouterSettings): string {
  return urlOf(settings, "/chat/completions");
}

function urlOf({ baseUrl }: RouterSettings, path: string): string {
  return baseUrl.replace(/\/+$/, "") + path;
}
