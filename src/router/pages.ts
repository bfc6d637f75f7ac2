/** Pages of the service where users manage their account. */
export const servicePages = {
  keys: "https://openrouter.ai/settings/keys",
  privacy: "https://openrouter.ai/settings/privacy",
  credits: "https://openrouter.ai/settings/credits",
  preferences: "https://openrouter.ai/settings/preferences",
  activity: "https://openrouter.ai/activity",
  status: "https://status.openrouter.ai",
} as const;
