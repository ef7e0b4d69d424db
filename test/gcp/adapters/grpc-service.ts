import { type GrpcObject, type Server, ServerCredentials, type ServiceClientConstructor } from "@grpc/grpc-js";
import { GrpcClient } from "google-gax";

/** A service of a protocol (as protobufjs writes it into JSON) by its full name, for a server of the same words. */
export function serviceOf(protocol: object, name: string) {
  const root: GrpcObject = new GrpcClient().loadProtoJSON(protocol);
  const found = name.split(".").reduce<unknown>((object, part) => Object(object)[part], root);
  return (found as ServiceClientConstructor).service;
}

/** Binds a server to a free port of this machine, without TLS, and resolves to the port. */
export function listenOnLoopback(server: Server): Promise<number> {
  return new Promise((listening, failed) =>
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) =>
      error === null ? listening(port) : failed(error),
    ),
  );
}
