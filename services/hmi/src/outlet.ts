/** The sending side of one client's WebSocket, as far as deliveries need it. */
export interface Outlet {
  /** Bytes handed over and not yet taken by the operating system. */
  readonly buffered: number
  send(text: string): void
  close(code: number, reason: string): void
}
