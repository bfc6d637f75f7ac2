/** Runs in the page, with frames of its own making; gives the first text that does not come out the same. */
export async function compareStreamed(texts: { text: string; pieces: string[] }[]): Promise<unknown> {
  let frames: FrameRequestCallback[] = [];
  window.requestAnimationFrame = (callback) => frames.push(callback);
  const frame = (): void => {
    for (const callback of frames.splice(0)) callback(performance.now());
  };
  const render = async (pieces: string[]): Promise<string> => {
    frames = [];
    const container = document.createElement("div");
    document.querySelector("main")?.replaceChildren(container);
    const mounted = window.mount(container);
    for (const piece of pieces) {
      mounted.push(piece);
      frame();
    }
    mounted.end();
    const shown = mounted.whenShown().then(() => true);
    do frame();
    while (!(await Promise.race([shown, new Promise((resolve) => setTimeout(resolve, 0, false))])));
    return container.innerHTML;
  };
  for (const { text, pieces } of texts) {
    const [once, streaming] = [await render([text]), await render(pieces)];
    if (once !== streaming) return { text, pieces, once, streaming };
  }
  return undefined;
}
