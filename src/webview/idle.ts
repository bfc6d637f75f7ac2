const tasks: (() => void)[] = [];
let scheduled = false;

/** Runs a task when the page is idle, the newest task first, since users look at the end of the chat. The returned function cancels it. */
export function whenIdle(task: () => void): () => void {
  tasks.push(task);
  schedule();
  return () => {
    const index = tasks.indexOf(task);
    if (index >= 0) tasks.splice(index, 1);
  };
}

function schedule(): void {
  if (scheduled || tasks.length === 0) return;
  scheduled = true;
  requestIdleCallback(runTasks, { timeout: 1000 });
}

function runTasks(deadline: IdleDeadline): void {
  scheduled = false;
  do tasks.pop()?.();
  while (tasks.length > 0 && deadline.timeRemaining() > 4);
  schedule();
}
