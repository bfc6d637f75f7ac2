/**
 * Runs in the page, with simulated animation frames. Renders each text at once and delta by delta, and returns the first one
 * whose HTML differs; undefined if there is none.
 */
export async function compareStreamed(texts: { text: string; deltas: string[] }[]): Promise<unknown> {
  let frames: FrameRequestCallback[] = [];
  window.requestAnimationFrame = (callback) => frames.push(callback);
  const runFrame = (): void => {
    for (const callback of frames.splice(0)) callback(performance.now());
  };
  const render = async (deltas: string[]): Promise<string> => {
    frames = [];
    const container = document.createElement("div");
    document.querySelector("main")?.replaceChildren(container);
    const mounted = window.mount(container);
    for (const delta of deltas) {
      mounted.push(delta);
      runFrame();
    }
    mounted.end();
    const rendered = mounted.whenRendered().then(() => true);
    do runFrame();
    while (!(await Promise.race([rendered, new Promise((resolve) => setTimeout(resolve, 0, false))])));
    // Only an estimate for what is not in view: what became a footnote is still counted.
    return container.innerHTML.replaceAll(/contain-intrinsic-size: auto \d+px;/g, "");
  };
  for (const { text, deltas } of texts) {
    const [atOnce, streamed] = [await render([text]), await render(deltas)];
    if (atOnce !== streamed) return { text, deltas, atOnce, streamed };
  }
  return undefined;
}
