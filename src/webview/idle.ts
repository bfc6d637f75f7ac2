const tasks: (() => void)[] = [];
let scheduled = false;

/** Runs something when the page has nothing better to do; the newest first, since the eye is at the end. Cancel by calling the result. */
export function whenIdle(run: () => void): () => void {
  tasks.push(run);
  schedule();
  return () => {
    const index = tasks.indexOf(run);
    if (index >= 0) tasks.splice(index, 1);
  };
}

function schedule(): void {
  if (scheduled || tasks.length === 0) return;
  scheduled = true;
  requestIdleCallback(work, { timeout: 1000 });
}

function work(deadline: IdleDeadline): void {
  scheduled = false;
  do tasks.pop()?.();
  while (tasks.length > 0 && deadline.timeRemaining() > 4);
  schedule();
}
