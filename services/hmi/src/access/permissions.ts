import type { CommandName } from '@mla/model'
import { includesRole, type Role, type User } from './identity.ts'

export type Root = 'Query' | 'Mutation' | 'Subscription'

/** Who may ask for a root field, and on which part of the system it acts. */
interface Permission {
  readonly role: Role
  /** The subsystem that it acts on; null where it acts on none. */
  readonly subsystem: string | null
}

const reads = (role: Role): Permission => ({ role, subsystem: null })
const acts = (role: Role, subsystem: string): Permission => ({ role, subsystem })

/**
 * The table of rights: each field of the schema is in it (a test says so), and what would not be is
 * the expert's. A user that is limited to subsystems may act on those only; to look, nobody is.
 */
export const permissions: Readonly<Record<Root, Readonly<Record<string, Permission>>>> = {
  Query: {
    points: reads('viewer'),
    latest: reads('viewer'),
    history: reads('viewer'),
    percentiles: reads('viewer'),
    logs: reads('viewer'),
    logHistogram: reads('viewer'),
    logContext: reads('viewer'),
    logLevels: reads('viewer'),
    alarms: reads('viewer'),
    alarmHistory: reads('viewer'),
    alarmExplanation: reads('viewer'),
    alarmFigures: reads('viewer'),
    alerts: reads('viewer'),
    components: reads('viewer'),
    campaigns: reads('viewer'),
    configurationVersions: reads('viewer'),
    // The files name addresses and users of devices.
    configurationFiles: reads('engineer'),
    operatorState: reads('expert'),
    views: reads('viewer'),
    notes: reads('viewer'),
    downtime: reads('viewer'),
    dataQuality: reads('viewer'),
    me: reads('viewer'),
    users: reads('expert'),
    machineTokens: reads('expert'),
  },
  Subscription: {
    samples: reads('viewer'),
    logs: reads('viewer'),
    alarms: reads('viewer'),
    components: reads('viewer'),
  },
  Mutation: {
    acknowledge: acts('operator', 'alarm'),
    unacknowledge: acts('operator', 'alarm'),
    shelve: acts('operator', 'alarm'),
    unshelve: acts('operator', 'alarm'),
    takeOutOfService: acts('engineer', 'alarm'),
    returnToService: acts('engineer', 'alarm'),
    beginCampaign: acts('operator', 'mon'),
    endCampaign: acts('operator', 'mon'),
    // What it does and to whom raises this: see refusalOfCommand.
    command: reads('operator'),
    saveView: reads('operator'),
    removeView: reads('operator'),
    addNote: reads('operator'),
    removeNote: reads('operator'),
    applyConfiguration: acts('expert', 'all'),
    rollBackConfiguration: acts('expert', 'all'),
    setLogLevel: acts('engineer', 'log'),
    changeMyPassword: reads('viewer'),
    addUser: acts('expert', 'all'),
    changeUser: acts('expert', 'all'),
    setPassword: acts('expert', 'all'),
    removeUser: acts('expert', 'all'),
    addMachineToken: acts('expert', 'all'),
    removeMachineToken: acts('expert', 'all'),
  },
}

const commandRoles: Readonly<Record<CommandName, Role>> = {
  PING: 'operator',
  START: 'operator',
  STOP: 'operator',
  RESTART: 'operator',
  RECONFIGURE: 'engineer',
  SET_LOG_LEVEL: 'engineer',
}

/** What operators start and stop; `all` leaves the HMI out. What is not named is the engineer's. */
const subsystemRoles: Readonly<Record<string, Role>> = {
  all: 'operator',
  mon: 'operator',
  log: 'operator',
  alarm: 'operator',
  hmi: 'engineer',
}

/** Why a user may not ask for a root field, in words; null where it may. */
export function refusalOf(user: User, root: Root, field: string): string | null {
  const { role, subsystem } = permissions[root][field] ?? acts('expert', 'all')
  if (!includesRole(user.role, role)) return needs(user, field, role)
  if (subsystem === null || user.subsystems === null) return null
  return user.subsystems.includes(subsystem) ? null : limited(user, field, subsystem)
}

/** Why a user may not give a command to components of these subsystems; null where it may. */
export function refusalOfCommand(
  user: User,
  command: CommandName,
  subsystems: readonly string[],
): string | null {
  const needed = [
    commandRoles[command],
    ...subsystems.map((name) => subsystemRoles[name] ?? 'engineer'),
  ]
  const role = needed.find((one) => !includesRole(user.role, one))
  if (role) return needs(user, `${command} of ${subsystems.join(', ')}`, role)
  const foreign = subsystems.find((name) => user.subsystems?.includes(name) === false)
  return foreign === undefined ? null : limited(user, command, foreign)
}

const needs = ({ name, role }: User, what: string, needed: Role): string =>
  `${name} is ${role}: ${what} needs ${needed}`

const limited = ({ name, subsystems }: User, what: string, subsystem: string): string =>
  subsystem === 'all'
    ? `${name} may act on ${subsystems?.join(', ')} only: ${what} concerns all`
    : `${name} may act on ${subsystems?.join(', ')} only: ${what} concerns ${subsystem}`
