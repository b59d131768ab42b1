const lookMs = 60_000

/**
 * Loads the page anew when the server has another version of it: what it shows is in its address,
 * so a display on a wall comes back as it was. Not while somebody is typing.
 */
export function reloadWhenNew(): void {
  let version: string | null = null
  const look = async (): Promise<void> => {
    if (document.hidden) return
    try {
      const { headers } = await fetch(location.pathname, { method: 'HEAD', cache: 'no-cache' })
      const current = headers.get('etag')
      const isTyping = document.activeElement instanceof HTMLInputElement
      if (version !== null && current !== null && current !== version && !isTyping) {
        location.reload()
      }
      version ??= current
    } catch {
      // The server is away, which the banner says.
    }
  }
  void look()
  setInterval(() => void look(), lookMs)
}
