import { quotedText } from "../functions/core/plain-text";

/** A block of addresses, or what is wrong with its text. */
export type ReadCidr =
  | { readonly isValid: true; readonly address: Address; readonly bits: number }
  | { readonly isValid: false; readonly mistake: string };

interface Address {
  readonly value: bigint;
  /** 32 for IPv4, 128 for IPv6. */
  readonly width: number;
}

/**
 * Reads a block such as `10.0.0.0/24` or `2001:db8::/32`. EventBridge's matcher takes no block of a single address, as of
 * https://github.com/aws/event-ruler: that is written as a value.
 */
export function readCidr(text: string): ReadCidr {
  const [ip = "", bits = "", ...more] = text.split("/");
  const address = readAddress(ip);
  if (address === undefined || more.length > 0 || !/^\d{1,3}$/.test(bits) || Number(bits) >= address.width) {
    return {
      isValid: false,
      mistake: `got the block ${quotedText(text)}; expected an address and how many bits of it count, as in 10.0.0.0/24 (0 to 31) or 2001:db8::/32 (0 to 127); write a single address as a value`,
    };
  }
  return { isValid: true, address, bits: Number(bits) };
}

/** True for the text of an address in the block; false for all where the block is broken. */
export function isInCidr(cidr: string, text: string): boolean {
  const block = readCidr(cidr);
  const address = readAddress(text);
  if (!block.isValid || address?.width !== block.address.width) return false;
  const shift = BigInt(address.width - block.bits);
  return address.value >> shift === block.address.value >> shift;
}

function readAddress(text: string): Address | undefined {
  return text.includes(":") ? readIpv6(text) : readIpv4(text);
}

function readIpv4(text: string): Address | undefined {
  const bytes = text.split(".");
  if (bytes.length !== 4 || !bytes.every((byte) => /^\d{1,3}$/.test(byte) && Number(byte) <= 255)) return undefined;
  return { value: bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n), width: 32 };
}

/** Groups of hexadecimal digits, of which one run of zeros may be `::`; https://www.rfc-editor.org/rfc/rfc4291#section-2.2 */
function readIpv6(text: string): Address | undefined {
  const [head = "", tail, ...more] = text.split("::");
  if (more.length > 0) return undefined;
  const before = groupsOf(head);
  const after = tail === undefined ? [] : groupsOf(tail);
  const missing = 8 - before.length - after.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  const groups = [...before, ...Array<string>(missing).fill("0"), ...after];
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  return { value: groups.reduce((value, group) => (value << 16n) | BigInt(`0x${group}`), 0n), width: 128 };
}

function groupsOf(text: string): string[] {
  return text === "" ? [] : text.split(":");
}
