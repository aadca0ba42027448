// An attacker on the network: keeps the datagrams of the lab that it hears, and sends them again by the thousand, as
// they were and with a byte changed, with noise between. Says how many on standard output.
import { randomBytes, randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';

const [group, port, address, count] = process.argv.slice(2);
const kept = [];
const wanted = 4;

const ear = createSocket({ type: 'udp4', reuseAddr: true });
ear.on('message', (bytes) => {
  kept.push(bytes);
  if (kept.length === wanted) attack();
});
ear.bind(Number(port), () => ear.addMembership(group, address));

function attack() {
  ear.close();
  const mouth = createSocket('udp4');
  mouth.bind({ address }, () => {
    mouth.setMulticastInterface(address);
    send(mouth, 0);
  });
}

/** Twenty at a time, so that the receiver's buffer is not what stops them. */
function send(mouth, sent) {
  if (sent >= Number(count)) {
    mouth.close();
    process.stdout.write(`${sent}\n`);
    return;
  }
  for (let index = 0; index < 20; index += 1) mouth.send(datagram(index), Number(port), group);
  setTimeout(() => send(mouth, sent + 20), 20);
}

function datagram(index) {
  // Every kind is made of each one that was kept: a question and an announcement differ.
  const bytes = Buffer.from(kept[(index >> 2) % wanted]);
  if (index % 4 === 1) bytes[randomInt(bytes.length)] ^= 1 + randomInt(255);
  if (index % 4 === 2) return randomBytes(randomInt(2000));
  if (index % 4 === 3) return Buffer.concat([bytes.subarray(0, 5), randomBytes(randomInt(1190))]);
  return bytes;
}
