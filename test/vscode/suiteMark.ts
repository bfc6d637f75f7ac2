/** Begins the lines that come from the suite, so that the runner finds them in what the workbench logs. */
export const suiteMark = "│ ";
