/**
 * Seeds that once failed, and stay. Which world a seed draws changes with the drawing, so what each of them found is kept as
 * a test of its own in `test/engine/perform-batch.test.ts`.
 */
export const seedsThatFailed = [
  1213, 2405, 3580, 5212, 8474, 10_289, 14_530, 14_715, 15_704, 65_598, 90_461, 90_937, 92_053, 96_823,
]
