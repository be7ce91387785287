/** An integer as a reader takes it in: `604`, `86,912`. ICU would cost 10 ms when it is first asked. */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

/** `1 task`, `12 tasks`, `2,000 tasks`. */
export function formatCount(count: number, noun: string): string {
  return `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`;
}
