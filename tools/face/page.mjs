// The browser's part: shows a VRM model, moves it by VMC, keeps its state at chosen moments and shows that again.
import * as THREE from 'three';
import { GLTFLoader } from 'three/addons/loaders/GLTFLoader.js';
import { KTX2Loader } from 'three/addons/loaders/KTX2Loader.js';
import { MeshoptDecoder } from 'three/addons/libs/meshopt_decoder.module.js';
import { RoomEnvironment } from 'three/addons/environments/RoomEnvironment.js';
import { VRMLoaderPlugin } from '@pixiv/three-vrm';

const SIZE_PX = 640;
const BACKGROUND = 0xe9e7e2;
const SKIN = 0xfae6da;
const TEETH = 0x8a837b;
// Farthest that eyeLook shapes turn an eye, in rad: the model's eyes are spheres of their own, not morph targets.
const GAZE_RAD = 0.45;

const renderer = new THREE.WebGLRenderer({ antialias: true, preserveDrawingBuffer: true });
renderer.setSize(SIZE_PX, SIZE_PX);
renderer.toneMapping = THREE.ACESFilmicToneMapping;
renderer.toneMappingExposure = 1.12;
renderer.shadowMap.enabled = true;
renderer.shadowMap.type = THREE.PCFShadowMap;
document.body.append(renderer.domElement);

const scene = new THREE.Scene();
scene.background = new THREE.Color(BACKGROUND);
scene.environment = new THREE.PMREMGenerator(renderer).fromScene(new RoomEnvironment(), 0.04).texture;
scene.environmentIntensity = 0.4;

const model = await load('/model.vrm');
const vrm = model.userData.vrm;
const head = find((node) => Object.keys(node.morphTargetDictionary ?? {}).length === 52);
const eyes = ['eyeLeft', 'eyeRight'].map((name) => find((node) => node.name === name));
const rests = eyes.map((eye) => eye?.quaternion.clone());
const known = new Map(vrm.expressionManager.expressions.map((one) => [one.expressionName, one]));
scene.add(vrm.scene);
const camera = stage();

async function load(path) {
  const textures = new KTX2Loader().setTranscoderPath('/node_modules/three/examples/jsm/libs/basis/');
  const loader = new GLTFLoader().setKTX2Loader(textures.detectSupport(renderer)).setMeshoptDecoder(MeshoptDecoder);
  loader.register((parser) => new VRMLoaderPlugin(parser));
  return loader.loadAsync(path);
}

function find(fits) {
  let found;
  model.scene.traverse((node) => { found ??= fits(node) ? node : undefined; });
  return found;
}

// A key light from above and one side, a fill from the other, a rim from behind; the camera looks at the mouth's height.
function stage() {
  head.updateWorldMatrix(true, false);
  const box = new THREE.Box3().setFromObject(head);
  const centre = box.getCenter(new THREE.Vector3());
  const height = box.getSize(new THREE.Vector3()).y;
  const light = (colour, strength, x, y, z) => {
    const one = new THREE.DirectionalLight(colour, strength);
    one.position.copy(centre).add(new THREE.Vector3(x, y, z).multiplyScalar(height));
    one.target.position.copy(centre);
    scene.add(one, one.target);
    return one;
  };
  const key = light(0xfff1e0, 2.6, -0.45, 1.3, 1.8);
  light(0xdde8ff, 0.8, 1.6, 0.2, 1.0);
  light(0xffffff, 1.2, 0.8, 1.0, -1.6);
  key.castShadow = true;
  key.shadow.mapSize.set(2048, 2048);
  key.shadow.radius = 4;
  key.shadow.bias = -0.0005;
  key.shadow.normalBias = 0.004 * height;
  Object.assign(key.shadow.camera, { left: -height, right: height, top: height, bottom: -height, far: 5 * height });
  model.scene.traverse((node) => {
    if (!node.isMesh) return;
    const isTeeth = [node.name, node.parent?.name].includes('teeth');
    node.castShadow = true;
    // The lips' shadow would make the upper teeth black.
    node.receiveShadow = !isTeeth;
    // One texture without colours serves skin, eyes and teeth.
    const tint = node === head ? SKIN : isTeeth ? TEETH : 0xffffff;
    node.material = node.material.clone();
    node.material.color.set(tint);
    node.material.roughness = node === head ? 0.62 : 0.35;
  });
  const eye = new THREE.PerspectiveCamera(24, 1, 0.1 * height, 20 * height);
  eye.position.set(centre.x + 0.1 * height, centre.y - 0.13 * height, centre.z + 1.7 * height);
  eye.lookAt(centre.x, centre.y - 0.15 * height, centre.z);
  return eye;
}

const stats = { values: 0, applies: 0, unknown: {} };
const pending = new Map();
const frozen = [];

// VMC: values wait for Apply. Names are case-sensitive.
function take(address, args) {
  if (address === '/VMC/Ext/Blend/Val') {
    stats.values += 1;
    if (known.has(args[0])) pending.set(args[0], args[1]);
    else stats.unknown[args[0]] = (stats.unknown[args[0]] ?? 0) + 1;
  } else if (address === '/VMC/Ext/Blend/Apply') {
    stats.applies += 1;
    for (const [name, value] of pending) vrm.expressionManager.setValue(name, value);
    pending.clear();
  }
}

function influences() {
  vrm.expressionManager.update();
  const pairs = Object.entries(head.morphTargetDictionary);
  return Object.fromEntries(pairs.map(([name, index]) => [name, head.morphTargetInfluences[index]]));
}

function draw() {
  const now = influences();
  eyes.forEach((eye, index) => {
    if (!eye) return;
    const side = 'LR'[index];
    const turn = (plus, minus) => GAZE_RAD * (now[`eyeLook${plus}_${side}`] - now[`eyeLook${minus}_${side}`]);
    const outwards = turn('Out', 'In') * (index === 0 ? 1 : -1);
    const euler = new THREE.Euler(-turn('Up', 'Down'), outwards, 0, 'YXZ');
    eye.quaternion.copy(rests[index]).multiply(new THREE.Quaternion().setFromEuler(euler));
  });
  renderer.render(scene, camera);
}

// What the model shows now, by number of the moment.
window.freeze = () => frozen.push(influences()) - 1;
window.influences = influences;
window.stats = () => stats;
// Shows a moment that was kept.
window.show = (number) => {
  for (const [name, one] of known) {
    const target = Object.keys(head.morphTargetDictionary)[one.binds[0].index];
    vrm.expressionManager.setValue(name, frozen[number][target]);
  }
  draw();
  return frozen[number];
};

const socket = new WebSocket(`ws://${location.host}/`);
socket.onmessage = ({ data }) => {
  const { address, args, freeze } = JSON.parse(data);
  if (freeze === undefined) take(address, args);
  else socket.send(JSON.stringify({ freeze, moment: window.freeze() }));
};
await new Promise((resolve) => { socket.onopen = resolve; });
draw();
window.ready = true;
