import assert from 'node:assert/strict';
import type { NetworkInterfaceInfo } from 'node:os';
import { test } from 'node:test';
import { choosePlaces, reachableAddresses } from './interfaces';

const info = (address: string, internal = false): NetworkInterfaceInfo =>
  ({ address, internal, family: address.includes(':') ? 'IPv6' : 'IPv4' }) as NetworkInterfaceInfo;

const laptop = {
  lo: [info('127.0.0.1', true), info('::1', true)],
  wlan0: [info('fe80::1'), info('192.168.1.7')],
  eth0: [info('10.0.0.7'), info('fd00::7')],
};

test('all networks that lead out are used; the loopback where there is no other', () => {
  assert.deepEqual(choosePlaces(laptop), [
    { name: 'wlan0', address: '192.168.1.7' },
    { name: 'eth0', address: '10.0.0.7' },
  ]);
  assert.deepEqual(choosePlaces({ lo: laptop.lo }), [{ name: 'lo', address: '127.0.0.1' }]);
});

test('one that is wanted is used alone, by name or address, and never another instead of it', () => {
  assert.deepEqual(choosePlaces(laptop, 'eth0'), [{ name: 'eth0', address: '10.0.0.7' }]);
  assert.deepEqual(choosePlaces(laptop, '192.168.1.7'), [{ name: 'wlan0', address: '192.168.1.7' }]);
  assert.deepEqual(choosePlaces(laptop, 'eth9'), []);
});

test('the address of the network that is used comes first; those that mean nothing elsewhere are left out', () => {
  assert.deepEqual(reachableAddresses(laptop, choosePlaces(laptop, 'eth0')), [
    '10.0.0.7',
    '192.168.1.7',
    'fd00::7',
  ]);
});
