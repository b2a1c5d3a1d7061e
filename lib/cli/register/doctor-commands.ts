import { examineStage } from '../commands/doctor.js'
import { type DoctorOptions, describeDoctor } from '../doctor/doctor-help.js'
import type { Register } from './register.js'

/** Whether all is there that the template declares, and works. */
export const registerDoctor: Register = (program, run) => {
  describeDoctor(program.command('doctor')).action((options: DoctorOptions) =>
    run(deps => examineStage(options, deps)),
  )
}
