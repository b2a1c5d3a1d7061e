/** What was typed cannot be meant: every problem in one message, exit code 2. */
export class WrongUsage extends Error {
  constructor(problems: string[]) {
    super(problems.join('\n'))
  }
}
