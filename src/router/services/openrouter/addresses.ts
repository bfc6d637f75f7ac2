import { serviceAddress } from "../../scope";
export function modelsUrl(baseUrl: string): string {
  return urlOf(baseUrl, "/models");
}

export function keyUrl(baseUrl: string): string {
  return urlOf(baseUrl, "/key");
}

/** Requires a key: the models that the account's privacy settings allow. */
export function userModelsUrl(baseUrl: string): string {
  return urlOf(baseUrl, "/models/user");
}

/** A page of the service's website, not of its API. */
export function signInUrl(baseUrl: string): string {
  return `${urlOf(baseUrl, "").replace(/\/api\/v\d+$/, "")}/auth`;
}

export function codeExchangeUrl(baseUrl: string): string {
  return urlOf(baseUrl, "/auth/keys");
}

export function completionsUrl(baseUrl: string): string {
  return urlOf(baseUrl, "/chat/completions");
}

function urlOf(baseUrl: string, path: string): string {
  return serviceAddress(baseUrl) + path;
}
