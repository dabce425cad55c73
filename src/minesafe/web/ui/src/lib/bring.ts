/** A row somebody came for is brought into sight when it is there, and again when he comes anew. */
export function bring(row: HTMLElement, wanted: boolean): { update: (wanted: boolean) => void } {
  let was = false;
  const update = (now: boolean): void => {
    if (now && !was) row.scrollIntoView({ block: "center" });
    was = now;
  };
  update(wanted);
  return { update };
}
