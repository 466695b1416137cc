import type { WriteStream } from 'node:tty'
import { Listr, ListrLogger, ProcessOutput } from 'listr2'
import { paint, printLine, type Terminal } from './terminal.ts'

/** One stage of longer work. `run` tells how far it is with `line`, and ends with the sentence that stays. */
export type Stage = { title: string; run: (report: { line: (text: string) => void }) => Promise<string> }

/** Runs stages in order, drawn live where a person watches, else a plain line for each thing. The first failure ends them and is thrown. */
export const runStages = (stages: readonly Stage[], terminal: Terminal): Promise<void> =>
  terminal.isInteractive ? runDrawn(stages, terminal) : runPlain(stages, terminal)

const runPlain = async (stages: readonly Stage[], { notes }: Terminal): Promise<void> => {
  for (const { title, run } of stages) {
    printLine(notes, `${title} ...`)
    printLine(notes, `  ${await run({ line: text => printLine(notes, `  ${text}`) })}`)
  }
}

const runDrawn = async (stages: readonly Stage[], terminal: Terminal): Promise<void> => {
  const stream = terminal.notes as WriteStream
  await new Listr(
    stages.map(({ title, run }) => ({
      title,
      task: async (_context, task) => {
        const said = await run({
          line: text => {
            task.output = text
          },
        })
        task.title = `${title}: ${paint(terminal, 'bold', said)}`
      },
      rendererOptions: { outputBar: Number.POSITIVE_INFINITY, persistentOutput: true },
    })),
    {
      forceTTY: true,
      fallbackRendererCondition: false,
      // Our own handler ends the program; the renderer then leaves the cursor as it was.
      registerSignalListeners: true,
      rendererOptions: {
        collapseErrors: false,
        showErrorMessage: false,
        logger: new ListrLogger({
          useIcons: true,
          toStderr: [],
          processOutput: new ProcessOutput(stream, stream, { leaveEmptyLine: false }),
        }),
      },
    },
  ).run()
}
