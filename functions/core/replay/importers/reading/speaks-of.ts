/** Whether a name from outside, such as that of a DAG, speaks of a model: `flight_delay_training` of `flight-delay`. */
export function speaksOf(name: string, model: string): boolean {
  const words = (text: string) => `-${text.toLowerCase().replace(/[^a-z0-9]+/g, "-")}-`;
  return words(name).includes(words(model));
}
