/**
 * Certificates for loopback, made when they are needed so that none lies about or runs out.
 * @module
 */

/** A certificate authority that nobody else knows, and a certificate for one address by it. All PEM. */
export interface TestCertificates {
  readonly authority: string;
  readonly certificate: string;
  readonly key: string;
}

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

/** Makes both. @param address The four numbers of the address for which the certificate is. */
export async function makeCertificates(address: readonly number[]): Promise<TestCertificates> {
  const authorityKeys = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const serverKeys = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const authority = await certificate("cexarb test authority", authorityKeys, authorityKeys);
  const server = await certificate("cexarb test server", serverKeys, authorityKeys, address);
  const key = new Uint8Array(await crypto.subtle.exportKey("pkcs8", serverKeys.privateKey));
  return {
    authority: pem("CERTIFICATE", authority),
    certificate: pem("CERTIFICATE", server),
    key: pem("PRIVATE KEY", key),
  };
}

// The few forms of DER (ITU-T X.690) that an X.509 certificate (RFC 5280) needs.

function der(tag: number, ...contents: readonly Uint8Array[]): Uint8Array {
  const body = contents.flatMap((content) => [...content]);
  const { length } = body;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return new Uint8Array([tag, ...size, ...body]);
}

const sequence = (...contents: Uint8Array[]): Uint8Array => der(0x30, ...contents);
const bytes = (...values: number[]): Uint8Array => new Uint8Array(values);
const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const oid = (...values: number[]): Uint8Array => der(0x06, bytes(...values));
const bitString = (content: Uint8Array): Uint8Array => der(0x03, bytes(0), content);

const ecdsaWithSha256 = sequence(oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02));
const commonName = oid(0x55, 0x04, 0x03);
const issuerName = "cexarb test authority";

function name(value: string): Uint8Array {
  return sequence(der(0x31, sequence(commonName, der(0x0c, text(value)))));
}

/** A critical or ordinary extension 2.5.29.`id`. */
function extension(id: number, critical: boolean, value: Uint8Array): Uint8Array {
  const flag = critical ? [der(0x01, bytes(0xff))] : [];
  return sequence(oid(0x55, 0x1d, id), ...flag, der(0x04, value));
}

async function certificate(
  subject: string,
  keys: CryptoKeyPair,
  issuerKeys: CryptoKeyPair,
  address?: readonly number[],
): Promise<Uint8Array> {
  const isAuthority = address === undefined;
  const basicConstraints = extension(19, true, sequence(...(isAuthority ? [der(0x01, bytes(0xff))] : [])));
  const alternativeName = extension(17, false, sequence(der(0x87, bytes(...(address ?? [])))));
  const publicKey = new Uint8Array(await crypto.subtle.exportKey("spki", keys.publicKey));
  const content = sequence(
    der(0xa0, der(0x02, bytes(2))),
    der(0x02, bytes(isAuthority ? 1 : 2)),
    ecdsaWithSha256,
    name(issuerName),
    sequence(der(0x17, text("200101000000Z")), der(0x18, text("20990101000000Z"))),
    name(subject),
    publicKey,
    der(0xa3, sequence(basicConstraints, ...(isAuthority ? [] : [alternativeName]))),
  );
  const signature = await crypto.subtle.sign(algorithm, issuerKeys.privateKey, new Uint8Array(content));
  const raw = new Uint8Array(signature);
  const signed = sequence(integer(raw.subarray(0, 32)), integer(raw.subarray(32)));
  return sequence(content, ecdsaWithSha256, bitString(signed));
}

/** A positive whole number, highest byte first. */
function integer(value: Uint8Array): Uint8Array {
  const first = Math.min(value.findIndex((byte) => byte !== 0), value.length - 1);
  const digits = value.subarray(Math.max(first, 0));
  return der(0x02, ...(digits[0]! >= 128 ? [bytes(0)] : []), digits);
}

function pem(label: string, content: Uint8Array): string {
  const lines = btoa(String.fromCharCode(...content)).match(/.{1,64}/g)!;
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ""].join("\n");
}
