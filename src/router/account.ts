/** What is asked of the service beside completions: the account behind a key, and a key for whoever signs in. */
export { exchangeCode, signInPage } from "./oauth";
export { fetchDailyRequests } from "./keyQuota";
export { countFreeModels } from "./userModels";
