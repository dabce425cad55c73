/** The two kinds of view, as matrices of how far the mine is turned. */

import { axonometric, planTurned, type Matrix } from "./matrix";

export type View = "plan" | "axonometric";

/** Turned and tilted so that a mine of a few levels stands apart; heights three times as large. */
export const VIEWS: Record<View, (turn: number) => Matrix> = {
  plan: planTurned,
  axonometric: (turn) => axonometric(28 + turn, 34, 3),
};
