// Passkeys: the hub's JSON options to the browser's call and back.
import { get, post } from './api/client';

type Json = Record<string, unknown>;

function bytes(text: unknown): ArrayBuffer {
  const raw = atob(String(text).replace(/-/g, '+').replace(/_/g, '/'));
  return Uint8Array.from(raw, (each) => each.charCodeAt(0)).buffer;
}

function base64url(data: ArrayBuffer | null): string {
  return btoa(String.fromCharCode(...new Uint8Array(data ?? new ArrayBuffer(0)))).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
}

function described(list: unknown): PublicKeyCredentialDescriptor[] {
  return ((list as Json[] | undefined) ?? []).map((each) => ({ type: 'public-key', id: bytes(each['id']),
    ...(each['transports'] ? { transports: each['transports'] as AuthenticatorTransport[] } : {}) }));
}

export const passkeysWork = (): boolean => typeof PublicKeyCredential !== 'undefined' && isSecureContext;

/** Signs in, or proves anew who the officer is. Fails as the browser or the hub does. */
export async function usePasskey(): Promise<void> {
  const whole = await get<Json>('/session/passkey');
  const options = (whole['publicKey'] as Json | undefined) ?? whole;
  const credential = (await navigator.credentials.get({
    publicKey: { ...options, challenge: bytes(options['challenge']), allowCredentials: described(options['allowCredentials']) },
  })) as PublicKeyCredential | null;
  if (!credential) throw new Error('cancelled');
  const response = credential.response as AuthenticatorAssertionResponse;
  await post('/session/passkey', { id: credential.id, rawId: base64url(credential.rawId), type: credential.type, response: {
    clientDataJSON: base64url(response.clientDataJSON), authenticatorData: base64url(response.authenticatorData),
    signature: base64url(response.signature), userHandle: response.userHandle ? base64url(response.userHandle) : null } });
}

/** Adds one under a name that the officer gives. */
export async function addPasskey(name: string): Promise<void> {
  const whole = await get<Json>('/credentials/passkeys');
  const options = (whole['publicKey'] as Json | undefined) ?? whole;
  const user = options['user'] as Json;
  const publicKey = { ...options, challenge: bytes(options['challenge']), user: { ...user, id: bytes(user['id']) },
    excludeCredentials: described(options['excludeCredentials']) } as unknown as PublicKeyCredentialCreationOptions;
  const credential = (await navigator.credentials.create({ publicKey })) as PublicKeyCredential | null;
  if (!credential) throw new Error('cancelled');
  const response = credential.response as AuthenticatorAttestationResponse;
  await post('/credentials/passkeys', { name, id: credential.id, rawId: base64url(credential.rawId), type: credential.type, response: {
    clientDataJSON: base64url(response.clientDataJSON), attestationObject: base64url(response.attestationObject),
    transports: response.getTransports?.() ?? [] } });
}
