// VMC over UDP -> a VRM model in headless Chromium.
//
//   node render.mjs MODEL.vrm CHROMIUM
//
// Prints {"port": N} once it listens on 127.0.0.1:N. While it runs, every /psivox/phone keeps the model's state at the
// middle of that phone. Commands are lines of JSON on the standard input, each answered by a line:
//   {"now": true}                 -> what the model shows
//   {"phones": true}              -> every phone with what the model showed at its middle, and counts
//   {"moment": N, "file": PATH}   -> shows that moment and takes a picture of it
//   {"page": PATH, "file": PATH, "width": N}  -> takes a picture of an HTML file
//   {"quit": true}
import dgram from 'node:dgram';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import readline from 'node:readline';
import { pathToFileURL } from 'node:url';
import { fromBuffer } from 'osc-min';
import puppeteer from 'puppeteer-core';
import { WebSocketServer } from 'ws';

const [model, chromium] = process.argv.slice(2);
const here = import.meta.dirname;
const modules = path.join(here, 'node_modules');
const TYPES = { '.html': 'text/html', '.mjs': 'text/javascript', '.js': 'text/javascript', '.wasm': 'application/wasm' };

// The page, the model and the packages; nothing else of the disk.
function fileOf(url) {
  const name = decodeURIComponent(new URL(url, 'http://x').pathname);
  if (name === '/page.html' || name === '/page.mjs') return path.join(here, name);
  if (name === '/model.vrm') return model;
  const inside = path.join(here, name);
  return inside.startsWith(modules + path.sep) ? inside : undefined;
}

const server = http.createServer((question, answer) => {
  const file = fileOf(question.url);
  if (!file || !fs.statSync(file, { throwIfNoEntry: false })?.isFile()) {
    answer.writeHead(404).end();
    return;
  }
  answer.writeHead(200, { 'content-type': TYPES[path.extname(file)] ?? 'application/octet-stream' });
  fs.createReadStream(file).pipe(answer);
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const wss = new WebSocketServer({ server });

const phones = [];
const counts = { datagrams: 0, messages: 0, malformed: 0 };
const tell = (what) => wss.clients.forEach((client) => client.send(JSON.stringify(what)));
wss.on('connection', (client) => client.on('message', (text) => {
  const { freeze, moment } = JSON.parse(text);
  phones[freeze].moment = moment;
}));

function flat(packet) {
  return packet.oscType === 'bundle' ? packet.elements.flatMap(flat) : [packet];
}

// A phone waits until a face of its middle or later has come, by the sender's clock (/VMC/Ext/T follows Apply), so neither a
// slow picture nor a busy machine moves the moment.
const waiting = [];

function take({ address, args }) {
  const values = args.map((one) => one.value);
  if (address === '/psivox/phone') {
    const [symbol, duration_s, time_s] = values;
    waiting.push(phones.push({ symbol, duration_s, time_s }) - 1);
  } else {
    tell({ address, args: values });
  }
  if (address !== '/VMC/Ext/T') return;
  const [now_s] = values;
  const isDue = (number) => phones[number].time_s + phones[number].duration_s / 2 <= now_s;
  for (const number of waiting.filter(isDue)) {
    phones[number].face_s = now_s;
    tell({ freeze: number });
  }
  waiting.splice(0, waiting.length, ...waiting.filter((number) => !isDue(number)));
}

const udp = dgram.createSocket('udp4');
udp.on('message', (bytes) => {
  counts.datagrams += 1;
  try {
    for (const message of flat(fromBuffer(bytes))) {
      counts.messages += 1;
      take(message);
    }
  } catch (error) {
    counts.malformed += 1;
    console.error(`malformed: ${error.message}`);
  }
});

const browser = await puppeteer.launch({
  executablePath: chromium,
  headless: true,
  // Drawn by the processor: the same on every machine, and none needs a graphics card.
  args: ['--no-sandbox', '--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--ignore-gpu-blocklist'],
});
const page = await browser.newPage();
await page.setViewport({ width: 640, height: 640 });
page.on('pageerror', (error) => console.error(`page: ${error.message}`));
page.on('console', (message) => { if (message.type() === 'error') console.error(`page: ${message.text()}`); });
await page.goto(`http://127.0.0.1:${server.address().port}/page.html`);
await page.waitForFunction('window.ready === true', { timeout: 120_000 });
await new Promise((resolve) => udp.bind(0, '127.0.0.1', resolve));
console.log(JSON.stringify({ port: udp.address().port }));

async function answer(command) {
  if (command.phones) {
    const seen = phones.filter((phone) => phone.moment !== undefined);
    for (const phone of seen) phone.shapes = await page.evaluate((n) => window.show(n), phone.moment);
    return { phones: seen, told: phones.length, counts, stats: await page.evaluate('stats()') };
  }
  if (command.now) return { shapes: await page.evaluate('influences()') };
  if (command.page) {
    const sheet = await browser.newPage();
    await sheet.setViewport({ width: command.width, height: 100 });
    await sheet.goto(pathToFileURL(command.page).href);
    await sheet.screenshot({ path: command.file, fullPage: true });
    await sheet.close();
    return {};
  }
  await page.evaluate((n) => window.show(n), command.moment);
  await page.screenshot({ path: command.file });
  return {};
}

for await (const line of readline.createInterface({ input: process.stdin })) {
  const command = JSON.parse(line);
  if (command.quit) break;
  console.log(JSON.stringify(await answer(command)));
}
await browser.close();
process.exit(0);
