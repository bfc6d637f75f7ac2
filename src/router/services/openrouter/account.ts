/** Requests to the service other than completions: sign-in, daily quota, available models. */
export { exchangeCode, signInPage } from "./oauth";
export { fetchDailyRequests } from "./keyQuota";
export { countFreeModels } from "./userModels";
