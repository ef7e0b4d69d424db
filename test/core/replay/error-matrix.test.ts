import { matrixOf, matrixUntil } from "../../../functions/core/replay/error-matrix";

const ROWS = [
  [0.1, 0.2, 0.3],
  [0.4, 0.5],
];

describe("matrixOf", () => {
  it("should tell the error of a model on a step", () => {
    expect(matrixOf(ROWS, 3).errorOf(1, 0)).toBe(0.4);
  });

  it("should know nothing of a model or a step without figures", () => {
    const errors = matrixOf(ROWS, 3);

    expect([errors.errorOf(1, 2), errors.errorOf(2, 0), errors.errorOf(-1, 0)]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
  });
});

describe("matrixUntil", () => {
  it("should end before the steps that are not to be seen", () => {
    const errors = matrixUntil(matrixOf(ROWS, 3), 2);

    expect([errors.steps, errors.errorOf(0, 1), errors.errorOf(0, 2)]).toEqual([2, 0.2, Number.NaN]);
  });
});
