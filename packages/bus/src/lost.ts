/** Messages that were gone from the log before a group had committed, or read, them. */
export interface Lost {
  readonly topic: string
  readonly group: string
  readonly partition: number
  readonly messages: number
}
