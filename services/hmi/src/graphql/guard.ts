import { type CommandName, MlaError } from '@mla/model'
import { type Actions, shownArguments } from '../access/actions.ts'
import { type Root, refusalOf, refusalOfCommand } from '../access/permissions.ts'
import type { RequestContext } from './context.ts'
import { codeOf } from './errors.ts'

/** Asked before each root field is answered, and told what became of what changes something. */
export interface Guard {
  /** Throws NOT_ALLOWED. */
  check(root: Root, field: string, args: unknown, context: RequestContext): void
  done(field: string, args: unknown, context: RequestContext, error: unknown): void
}

export interface GuardParts {
  readonly actions: Actions
  /** The subsystems that an address of a command means. */
  readonly subsystemsOf: (component: string) => readonly string[]
}

type Args = Readonly<Record<string, unknown>>

/** Holds requests to the table of rights, and records actions and refusals. */
export function createGuard({ actions, subsystemsOf }: GuardParts): Guard {
  const actionOf = (action: string, args: unknown, { user, from }: RequestContext) => ({
    ...{ action, user: user.name, role: user.role, from },
    arguments: shownArguments(args as Args),
  })
  return {
    check(root, field, args, context) {
      const reason =
        refusalOf(context.user, root, field) ??
        (field === 'command' ? refusalOfGiven(args as CommandArgs, context) : null)
      if (reason === null) return
      actions.record({ ...actionOf(field, args, context), outcome: 'refused', reason })
      throw new MlaError('NOT_ALLOWED', reason)
    },
    done(field, args, context, error) {
      const action = actionOf(field, args, context)
      if (error === null) return actions.record({ ...action, outcome: 'done' })
      const reason = error instanceof Error ? error.message : String(error)
      const outcome = codeOf(error) === 'NOT_AUTHENTICATED' ? 'refused' : 'failed'
      actions.record({ ...action, outcome, reason })
    },
  }

  interface CommandArgs {
    readonly component: string
    readonly command: CommandName
  }
  function refusalOfGiven({ component, command }: CommandArgs, { user }: RequestContext) {
    return refusalOfCommand(user, command, subsystemsOf(component))
  }
}
