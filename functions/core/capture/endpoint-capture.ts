/** Whether an endpoint writes its requests down. */
export type EndpointCapture =
  | { readonly isOn: true; readonly samplingPercent: number; readonly destination: string }
  | { readonly isOn: false; readonly why: string };

/** Port: what the cloud tells of an endpoint's data capture. Rejects when it cannot answer, and when there is no such endpoint. */
export interface EndpointReader {
  captureOf(endpoint: string): Promise<EndpointCapture>;
}
