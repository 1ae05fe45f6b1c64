// The emulator against the manuals' own examples, dialect by dialect; then each fault.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { split, parse } from './command.mjs';
import { Dte, emulator, modem, nextPort, server } from './bench.mjs';
import { faults } from './faults.mjs';

const hello = 'hello, modem'; // 12 bytes
const CRLF = { lineEnd: '\r\n' };

describe('command lines', () => {
  test('several commands in one line', () => {
    assert.deepEqual(
      parse('ATE0V1+CMEE=2;+CPIN?').map(({ name, kind, text }) => `${name} ${kind} ${text}`),
      ['E run 0', 'V run 1', '+CMEE set 2', '+CPIN read '],
    );
    assert.equal(parse('hello'), null);
    assert.deepEqual(parse('ATDTexample.com:80')[0], { name: 'D', kind: 'run', text: 'Texample.com:80', args: [] });
  });

  test('arguments', () => {
    assert.deepEqual(split('1,0,"TCP","a,b",80,,2'), ['1', '0', 'TCP', 'a,b', '80', '', '2']);
    assert.deepEqual(split('"comma\\,quote\\""'), ['comma,quote"']);
  });
});

describe('quectel', () => {
  const banner = ['RDY', 'APP RDY'];
  const up = `
    > ATE0
    < ATE0
    < OK
    > AT+QICSGP=1,1,"internet"
    < OK
    > AT+QIACT=1
    < OK`;
  const open = async (t, options, { answer = hello, mode = 0, ...kind } = {}) => {
    const peer = await server(t, answer, kind);
    const dte = await modem(t, 'quectel', { banner, ...options });
    await dte.play(up);
    await dte.play(`
      > AT+QIOPEN=1,0,"TCP","example.com",${peer.port},0,${mode}
      < OK
      < +QIOPEN: 0,0`);
    return { dte, peer };
  };

  test('framing: echo, then lines each in their own CR LF', async (t) => {
    const dte = await modem(t, 'quectel');
    await dte.expect('\r\nRDY\r\n\r\nAPP RDY\r\n');
    dte.send('AT\r');
    await dte.expect('AT\r\r\nOK\r\n');
    dte.send('ATE0+CEREG?\r');
    await dte.expect('ATE0+CEREG?\r\r\n+CEREG: 0,1\r\n\r\nOK\r\n');
    dte.send('ATV0\r');
    await dte.expect('0\r');
    dte.send('AT+NONSENSE\r');
    await dte.expect('4\r');
  });

  test('registration, context and address', async (t) => {
    const dte = await modem(t, 'quectel', { banner });
    await dte.play(`
      ${up}
      > AT+CPIN?
      < +CPIN: READY
      < OK
      > AT+CSQ
      < +CSQ: 24,99
      < OK
      > AT+CGATT?
      < +CGATT: 1
      < OK
      > AT+QIACT?
      < +QIACT: 1,1,1,"10.0.0.2"
      < OK
      > AT+QIDEACT=1
      < OK
      > AT+QIACT?
      < OK`);
  });

  test('buffer access mode ([TCP] 3.2)', async (t) => {
    const { dte, peer } = await open(t);
    await dte.play(`
      > AT+QISEND=0,4
      << \\r\\n>\\u0020
      >> GET\\n
      < SEND OK
      < +QIURC: "recv",0
      < +QIURC: "closed",0
      > AT+QISEND=0,0
      < +QISEND: 4,4,0
      < OK
      > AT+QIRD=0,5
      << \\r\\n+QIRD: 5\\r\\nhello\\r\\n\\r\\nOK\\r\\n
      > AT+QIRD=0,0
      < +QIRD: 12,5,7
      < OK
      > AT+QIRD=0,1500
      << \\r\\n+QIRD: 7\\r\\n, modem\\r\\n\\r\\nOK\\r\\n
      > AT+QIRD=0,1500
      << \\r\\n+QIRD: 0\\r\\n\\r\\nOK\\r\\n
      > AT+QICLOSE=0
      < OK
      > AT+QIRD=0
      < ERROR`);
    assert.equal(peer.received, 'GET\n');
  });

  test('data of variable length ends with Ctrl+Z ([TCP] 2.4.10)', async (t) => {
    const { dte, peer } = await open(t, {}, { open: true });
    await dte.play(`
      > AT+QISEND=0
      << \\r\\n>\\u0020
      >> GET\\u001a
      < SEND OK
      < +QIURC: "recv",0
      > AT+QISEND=0,1461
      < ERROR`);
    assert.equal(peer.received, 'GET');
  });

  test('direct push mode ([TCP] 3.4)', async (t) => {
    const { dte } = await open(t, {}, { mode: 1 });
    await dte.play(`
      > AT+QISEND=0,3
      << \\r\\n>\\u0020
      >> GET
      << \\r\\nSEND OK\\r\\n
      << \\r\\n+QIURC: \\"recv\\",0,12\\r\\nhello, modem
      < +QIURC: "closed",0`);
  });

  test('transparent access mode ([TCP] 3.3): escape, ATO, NO CARRIER', async (t) => {
    const peer = await server(t, hello, { open: true });
    const dte = await modem(t, 'quectel', { banner });
    await dte.play(up);
    await dte.play(`
      > AT+QIOPEN=1,0,"TCP","example.com",${peer.port},0,2
      < CONNECT
      >> GET
      << hello, modem`);
    await dte.nothing(1000);
    await dte.play(`
      >> +++
      < OK
      > AT
      < OK
      > ATO
      < CONNECT`);
    dte.send('a+++b'); // no pause: this is data
    await dte.until(() => peer.received === 'GETa+++b', 'the data');
    peer.connections[0].end();
    await dte.play('< NO CARRIER');
  });

  test('errors have their numbers ([TCP] 4)', async (t) => {
    const dte = await modem(t, 'quectel', { banner });
    await dte.play(`
      > ATE0
      < ATE0
      < OK
      > AT+QIOPEN=1,0,"TCP","example.com",80,0,0
      < ERROR
      > AT+QIGETERROR
      < +QIGETERROR: 561,open PDP context failed
      < OK
      > AT+QIACT=1
      < OK
      > AT+QIOPEN=1,0,"TCP","no-such-host.invalid",80,0,0
      < OK
      < +QIOPEN: 0,565
      > AT+QIOPEN=1,0,"TCP","example.com",80,0,0
      < ERROR
      > AT+QIGETERROR
      < +QIGETERROR: 563,socket identity has been used
      < OK
      > AT+QICLOSE=0
      < OK
      > AT+QIOPEN=1,0,"TCP","example.com",1,0,0
      < OK
      < +QIOPEN: 0,566`);
  });

  test('more than the modem keeps comes whole: the peer is stopped', async (t) => {
    const answer = Array.from({ length: 6000 }, (_, i) => `${i}\n`).join('').padEnd(60000, 'x');
    const { dte } = await open(t, {}, { answer });
    await dte.play('> AT+QISEND=0,1');
    await dte.expect('\r\n> ');
    dte.send('x');
    let got = '';
    for (let told = false; got.length < answer.length; ) {
      if (!told) await dte.through('"recv",0\r\n');
      dte.send('AT+QIRD=0,1500\r');
      const head = await dte.through('+QIRD: ');
      const length = Number((await dte.through('\r\n')).trim());
      assert.ok(length <= 1500);
      await dte.until(() => dte.received.length >= length, `${length} bytes`);
      got += dte.received.slice(0, length);
      dte.received = dte.received.slice(length);
      await dte.line('OK');
      told = length > 0 || head.includes('"recv"');
    }
    assert.equal(got, answer);
  });
});

describe('simcom', () => {
  const banner = ['*ATREADY: 1', 'SMS DONE', 'PB DONE'];
  const up = `
    > ATE0
    < ATE0
    < OK
    > AT+CGDCONT=1,"IP","internet"
    < OK
    > AT+NETOPEN
    < OK
    < +NETOPEN: 0`;

  test('manual reading: CIPRXGET=1 ([TCP])', async (t) => {
    const peer = await server(t, hello);
    const dte = await modem(t, 'simcom', { banner });
    await dte.play(up);
    await dte.play(`
      > AT+NETOPEN
      < +IP ERROR: Network is already opened
      < ERROR
      > AT+IPADDR
      < +IPADDR: 10.0.0.2
      < OK
      > AT+CIPRXGET=1
      < OK
      > AT+CIPOPEN=0,"TCP","example.com",${peer.port}
      < OK
      < +CIPOPEN: 0,0
      > AT+CIPSEND=0,3
      << \\r\\n>
      >> GET
      < OK
      < +CIPSEND: 0,3,3
      < +CIPRXGET: 1,0
      < +IPCLOSE: 0,1
      > AT+CIPRXGET=4,0
      < +CIPRXGET: 4,0,12
      < OK
      > AT+CIPRXGET=2,0,5
      << \\r\\n+CIPRXGET: 2,0,5,7\\r\\nhello\\r\\nOK\\r\\n
      > AT+CIPRXGET=3,0,2
      < +CIPRXGET: 3,0,2,5
      < 2C20
      < OK
      > AT+CIPRXGET=2,0
      << \\r\\n+CIPRXGET: 2,0,5,0\\r\\nmodem\\r\\nOK\\r\\n
      > AT+CIPRXGET=2,0
      < +IP ERROR: No data
      < ERROR
      > AT+NETCLOSE
      < OK
      < +NETCLOSE: 0`);
    assert.equal(peer.received, 'GET');
  });

  test('automatic reading, and the numbers of errors', async (t) => {
    const peer = await server(t, hello);
    const dte = await modem(t, 'simcom', { banner });
    await dte.play(`
      > ATE0
      < ATE0
      < OK
      > AT+CIPOPEN=0,"TCP","example.com",80
      < +CIPOPEN: 0,2
      < ERROR
      > AT+NETOPEN
      < OK
      < +NETOPEN: 0
      > AT+CIPSEND=0,3
      < +CIPSEND: 0,4
      < ERROR
      > AT+CIPOPEN=0,"TCP","no-such-host.invalid",80
      < OK
      < +CIPOPEN: 0,11
      > AT+CIPOPEN=0,"TCP","example.com",1
      < OK
      < +CIPOPEN: 0,5
      > AT+CIPOPEN=0,"TCP","example.com",${peer.port}
      < OK
      < +CIPOPEN: 0,0
      > AT+CIPSEND=0,3
      << \\r\\n>
      >> GET
      < OK
      < +CIPSEND: 0,3,3
      < RECV FROM:example.com:${peer.port}
      << +IPD12\\r\\nhello, modem
      < +IPCLOSE: 0,1`);
  });

  test('transparent mode: CIPMODE=1', async (t) => {
    const peer = await server(t, hello);
    const dte = await modem(t, 'simcom', { banner });
    await dte.play(`
      > ATE0+CIPMODE=1
      < ATE0+CIPMODE=1
      < OK
      > AT+NETOPEN
      < OK
      < +NETOPEN: 0
      > AT+CIPOPEN=0,"TCP","example.com",${peer.port}
      < CONNECT 115200
      >> GET
      << hello, modem
      < CLOSED`);
  });
});

describe('ublox', () => {
  test('a socket from creation to close ([R4] 19.4-19.12)', async (t) => {
    const peer = await server(t, hello);
    const dte = await modem(t, 'ublox');
    await dte.play(`
      > ATE0+CMEE=1
      < ATE0+CMEE=1
      < OK
      > AT+USOCR=6
      < +USOCR: 0
      < OK
      > AT+USOCO=0,"example.com",${peer.port}
      < OK
      > AT+USORD=0,7
      < +USORD: 0,""
      < OK
      > AT+USOWR=0,3,"GET"
      < +USOWR: 0,3
      < OK
      < +UUSORD: 0,12
      < +UUSOCL: 0
      > AT+USORD=0,0
      < +USORD: 0,12
      < OK
      > AT+USORD=0,5
      << \\r\\n+USORD: 0,5,\\"hello\\"\\r\\n\\r\\nOK\\r\\n
      < +UUSORD: 0,7
      > AT+USORD=0,1024
      << \\r\\n+USORD: 0,7,\\", modem\\"\\r\\n\\r\\nOK\\r\\n
      > AT+USOCL=0
      < +CME ERROR: 3`);
  });

  test('binary write: a pause behind the prompt ([R4] 19.10.4)', async (t) => {
    const peer = await server(t, (got) => got.length >= 3 && hello, { open: true });
    const dte = await modem(t, 'ublox');
    await dte.play(`
      > ATE0+USOCR=6
      < ATE0+USOCR=6
      < +USOCR: 0
      < OK
      > AT+USOCO=0,"example.com",${peer.port}
      < OK
      > AT+USOWR=0,3
      << \\r\\n@
      >> too soon: lost`);
    await dte.nothing(100);
    await dte.play(`
      >> \\u0000\\"\\u001a
      < +USOWR: 0,3
      < OK
      < +UUSORD: 0,12
      > AT+USOCL=0
      < OK`);
    assert.equal(peer.received, '\0"\x1a');
  });

  test('what went wrong is told by USOER', async (t) => {
    const dte = await modem(t, 'ublox');
    await dte.play(`
      > ATE0+USOCR=6
      < ATE0+USOCR=6
      < +USOCR: 0
      < OK
      > AT+USOCO=0,"example.com",1
      < ERROR
      > AT+USOER
      < +USOER: 111
      < OK
      > AT+USOWR=0,3,"GET"
      < ERROR
      > AT+UDNSRN=0,"example.com"
      < +UDNSRN: "127.0.0.1"
      < OK`);
  });
});

describe('esp-at', () => {
  const up = `
    > ATE0
    << ATE0\\r\\n\\r\\nOK\\r\\n
    > AT+CWMODE=1
    < OK
    > AT+CWJAP="ssid","password"
    < WIFI CONNECTED
    < WIFI GOT IP
    < OK`;

  test('active mode: +IPD', async (t) => {
    const peer = await server(t, hello);
    const dte = await modem(t, 'esp-at', { banner: ['ready'] });
    await dte.play(up, CRLF);
    await dte.play(`
      > AT+CIPSTART="TCP","example.com",${peer.port}
      << CONNECT\\r\\n\\r\\nOK\\r\\n
      > AT+CIPSEND=3
      << \\r\\nOK\\r\\n\\r\\n>
      >> GET
      << \\r\\nRecv 3 bytes\\r\\n\\r\\nSEND OK\\r\\n
      << \\r\\n+IPD,12:hello, modem
      << CLOSED\\r\\n`, CRLF);
  });

  test('passive mode and several connections: CIPRECVDATA', async (t) => {
    const peer = await server(t, hello);
    const dte = await modem(t, 'esp-at', { banner: ['ready'] });
    await dte.play(up, CRLF);
    await dte.play(`
      > AT+CIPMUX=1
      < OK
      > AT+CIPRECVMODE=1
      < OK
      > AT+CIPSTART=2,"TCP","example.com",${peer.port}
      < 2,CONNECT
      < OK
      > AT+CIPSTART=2,"TCP","example.com",${peer.port}
      < ALREADY CONNECTED
      < ERROR
      > AT+CIPSEND=2,3
      << \\r\\nOK\\r\\n\\r\\n>
      >> GET
      < Recv 3 bytes
      < SEND OK
      < +IPD,2,12
      > AT+CIPRECVLEN?
      < +CIPRECVLEN:0,0,12,0,0
      < OK
      > AT+CIPRECVDATA=2,5
      << +CIPRECVDATA:5,hello\\r\\nOK\\r\\n
      < +IPD,2,7
      > AT+CIPRECVDATA=2,100
      << +CIPRECVDATA:7,, modem\\r\\nOK\\r\\n
      < 2,CLOSED`, CRLF);
  });

  test('errors in words; busy p...', async (t) => {
    const dte = await modem(t, 'esp-at', { banner: ['ready'] });
    await dte.play(`
      > AT+CIPSTART="TCP","example.com",80
      < AT+CIPSTART="TCP","example.com",80
      < no ip
      < ERROR`, CRLF);
    await dte.play(up, CRLF);
    await dte.play(`
      > AT+CIPSTART="TCP","no-such-host.invalid",80
      < DNS Fail
      < ERROR
      > AT+CIPSTART="TCP","example.com",1
      < CLOSED
      < ERROR
      > AT+CIPSEND=3
      < link is not valid
      < ERROR`, CRLF);
    dte.send('AT+CWJAP="a","b"\r\nAT\r\n');
    await dte.through('busy p...\r\n');
    await dte.through('OK\r\n');
  });

  test('passthrough', async (t) => {
    const peer = await server(t, hello, { open: true });
    const dte = await modem(t, 'esp-at', { banner: ['ready'] });
    await dte.play(up, CRLF);
    await dte.play(`
      > AT+CIPMODE=1
      < OK
      > AT+CIPSTART="TCP","example.com",${peer.port}
      < CONNECT
      < OK
      > AT+CIPSEND
      << \\r\\nOK\\r\\n\\r\\n>
      >> GET
      << hello, modem`, CRLF);
    await dte.nothing(50);
    dte.send('+++');
    await dte.line('+QUITT');
    await dte.play('> AT\n< OK', CRLF);
  });
});

describe('nordic-slm', () => {
  const up = `
    > AT+CFUN=1
    < OK
    > AT#XSOCKET=1,1,0
    < #XSOCKET: 0,1,6
    < OK`;

  test('data mode, poll, receive ([SOCKET], [DATA])', async (t) => {
    const peer = await server(t, hello, { open: true });
    const dte = await modem(t, 'nordic-slm', { banner: ['Ready'] });
    await dte.play(up, CRLF);
    await dte.play(`
      > AT#XCONNECT="example.com",${peer.port}
      < #XCONNECT: 1
      < OK
      > AT#XSEND
      < OK
      >> a++b+++
      < #XDATAMODE: 0
      > AT#XPOLL=5000
      < #XPOLL: 0,"0x0001"
      < OK
      > AT#XRECV=10
      << \\r\\n#XRECV: 12\\r\\nhello, modem\\r\\nOK\\r\\n
      > AT#XRECV=1
      < ERROR
      > AT#XPOLL=5000`, CRLF);
    peer.connections[0].end();
    await dte.play(`
      < #XPOLL: 0,"0x0011"
      < OK
      > AT#XRECV=10
      << \\r\\nOK\\r\\n
      > AT#XSOCKET=0
      < #XSOCKET: 0,"closed"
      < OK`, CRLF);
    assert.equal(peer.received, 'a++b');
  });

  test('text, and what fails', async (t) => {
    const peer = await server(t, hello, { open: true });
    const dte = await modem(t, 'nordic-slm', { banner: ['Ready'] });
    await dte.play(`
      > AT#XSOCKET=1,1,0
      < ERROR`, CRLF);
    await dte.play(up, CRLF);
    await dte.play(`
      > AT#XCONNECT="no-such-host.invalid",80
      < #XCONNECT: 0
      < ERROR
      > AT#XGETADDRINFO="example.com"
      < #XGETADDRINFO: "127.0.0.1"
      < OK
      > AT#XCONNECT="example.com",${peer.port}
      < #XCONNECT: 1
      < OK
      > AT#XSEND="Test TCP"
      < #XSEND: 8
      < OK
      > AT#XRECV=0
      < #XRECV: 12
      << hello, modem\\r\\nOK\\r\\n
      > AT#XRECV=0,64
      < ERROR`, CRLF);
  });
});

describe('hayes', () => {
  test('dial, escape, back on line, hang up ([Hayes])', async (t) => {
    const peer = await server(t, hello, { open: true });
    const dte = await modem(t, 'hayes');
    await dte.play(`
      > ATE0
      < ATE0
      < OK
      > ATS12=5
      < OK
      > ATS12?
      < 005
      < OK
      > ATDT127.0.0.1:${peer.port}
      < CONNECT 57600
      >> GET
      << hello, modem`);
    await dte.nothing(150);
    await dte.play(`
      >> +++
      < OK
      > ATX0O
      < CONNECT`);
    await dte.nothing(150);
    await dte.play(`
      >> +++
      < OK
      > ATH
      < NO CARRIER
      > ATH
      < OK
      > ATO
      < NO CARRIER`);
    assert.equal(peer.received, 'GET');
  });

  test('the peer hangs up; nobody there; numbers for words', async (t) => {
    const peer = await server(t, hello);
    const dte = await modem(t, 'hayes', { options: ['--echo', 'off'] });
    await dte.play(`
      > ATD"example.com:${peer.port}"
      < CONNECT 57600
      >> GET
      << hello, modem
      < NO CARRIER
      > ATDno-such-host.invalid
      < NO CARRIER
      > ATX5
      < ERROR`);
    dte.send('ATV0\r');
    await dte.expect('0\r');
    dte.send('ATDexample.com:1\r');
    await dte.expect('3\r');
    dte.send('ATQ1\r');
    await dte.nothing(50);
  });
});

describe('TLS in the modem', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rill-modem-'));
  after(() => rmSync(folder, { recursive: true }));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2',
    '-keyout', key, '-out', cert, '-subj', '/CN=example.com', '-addext', 'subjectAltName=DNS:example.com'], { stdio: 'ignore' });
  const secure = { key: readFileSync(key), cert: readFileSync(cert) };
  const trusting = ['--ca', cert];

  const dialects = {
    quectel: ({ port, host, verify }) => `
      > ATE0+QIACT=1
      < ATE0+QIACT=1
      < OK
      > AT+QSSLCFG="seclevel",1,${verify ? 1 : 0}
      < OK
      > AT+QSSLCFG="sni",1,1
      < OK
      > AT+QSSLCFG="checkhost",1,1
      < OK
      > AT+QSSLOPEN=1,1,0,"${host}",${port},0
      < OK
      < +QSSLOPEN: 0,${verify === 'fails' ? 579 : 0}`,
    simcom: ({ port, host, verify }) => `
      > ATE0+CSSLCFG="authmode",0,${verify ? 1 : 0}
      < ATE0+CSSLCFG="authmode",0,${verify ? 1 : 0}
      < OK
      > AT+CSSLCFG="enableSNI",0,1
      < OK
      > AT+CCHSET=1,1
      < OK
      > AT+CCHSTART
      < OK
      < +CCHSTART: 0
      > AT+CCHSSLCFG=0,0
      < OK
      > AT+CCHOPEN=0,"${host}",${port},2
      < OK
      < +CCHOPEN: 0,${verify === 'fails' ? 15 : 0}`,
    ublox: ({ port, host, verify }) => `
      > ATE0+USOCR=6
      < ATE0+USOCR=6
      < +USOCR: 0
      < OK
      > AT+USECPRF=1,0,${verify ? 2 : 0}
      < OK
      > AT+USECPRF=1,4,"${host}"
      < OK
      > AT+USECPRF=1,10,"${host}"
      < OK
      > AT+USOSEC=0,1,1
      < OK
      > AT+USOCO=0,"${host}",${port}
      < ${verify === 'fails' ? 'ERROR' : 'OK'}`,
    'nordic-slm': ({ port, host, verify }) => `
      > AT+CFUN=1
      < OK
      > AT#XSSOCKET=1,1,0,42,${verify ? 2 : 0}
      < #XSSOCKET: 0,1,258
      < OK
      ${verify ? `> AT#XSSOCKETOPT=1,2,"${host}"\n< OK` : ''}
      > AT#XCONNECT="${host}",${port}
      < #XCONNECT: ${verify === 'fails' ? 0 : 1}
      < ${verify === 'fails' ? 'ERROR' : 'OK'}`,
    'esp-at': ({ port, host, verify }) => `
      > ATE0
      < ATE0
      < OK
      > AT+CWJAP="a","b"
      < WIFI CONNECTED
      < WIFI GOT IP
      < OK
      > AT+CIPSSLCCONF=${verify ? 2 : 0}
      < OK
      > AT+CIPSSLCCN="${host}"
      < OK
      > AT+CIPSSLCSNI="${host}"
      < OK
      > AT+CIPSTART="SSL","${host}",${port}
      < ${verify === 'fails' ? 'CLOSED' : 'CONNECT'}
      < ${verify === 'fails' ? 'ERROR' : 'OK'}`,
  };
  const banners = { quectel: ['RDY', 'APP RDY'], simcom: ['*ATREADY: 1', 'SMS DONE', 'PB DONE'], 'nordic-slm': ['Ready'], 'esp-at': ['ready'] };
  const connects = async (t, dialect, wanted, options = []) => {
    const peer = await server(t, hello, { secure });
    const dte = await modem(t, dialect, { banner: banners[dialect], options });
    await dte.play(dialects[dialect]({ port: peer.port, host: 'example.com', ...wanted }), CRLF);
    return { dte, peer };
  };

  for (const dialect of Object.keys(dialects)) {
    test(`${dialect}: a certificate that is trusted, one that is not, and no check`, async (t) => {
      await connects(t, dialect, { verify: 'passes' }, trusting);
      await connects(t, dialect, { verify: 'fails' });
      await connects(t, dialect, {});
      const named = dialect === 'simcom' ? 'passes' : 'fails'; // it checks no names
      await connects(t, dialect, { verify: named, host: 'other.example' }, trusting);
    });
  }

  test('quectel: QSSLSEND, QSSLRECV', async (t) => {
    const { dte } = await connects(t, 'quectel', { verify: 'passes' }, trusting);
    await dte.play(`
      > AT+QSSLSEND=0,3
      << \\r\\n>\\u0020
      >> GET
      < SEND OK
      < +QSSLURC: "recv",0
      < +QSSLURC: "closed",0
      > AT+QSSLRECV=0,1500
      << \\r\\n+QSSLRECV: 12\\r\\nhello, modem\\r\\n\\r\\nOK\\r\\n
      > AT+QSSLCLOSE=0
      < OK`);
  });

  test('simcom: CCHSEND, CCHRECV', async (t) => {
    const { dte } = await connects(t, 'simcom', { verify: 'passes' }, trusting);
    await dte.play(`
      > AT+CCHSEND=0,3
      << \\r\\n>
      >> GET
      < OK
      < +CCHSEND: 0,0
      < +CCHEVENT: 0,RECV EVENT
      < +CCH_PEER_CLOSED: 0
      > AT+CCHRECV?
      < +CCHRECV: LEN,12,0
      < OK
      > AT+CCHRECV=0,1024
      < OK
      << \\r\\n+CCHRECV: DATA,0,12\\r\\nhello, modem\\r\\n+CCHRECV: 0,0\\r\\n
      > AT+CCHCLOSE=0
      < OK
      < +CCHCLOSE: 0,0
      > AT+CCHSTOP
      < OK
      < +CCHSTOP: 0`);
  });
});

describe('the program', () => {
  test('a new DTE finds a modem that was switched on again', async (t) => {
    const first = await modem(t, 'quectel', { banner: ['RDY', 'APP RDY'] });
    await first.play('> ATE0\n< ATE0\n< OK\n> AT\n< OK');
    first.socket.destroy();
    const second = new Dte(net.connect(first.port, '127.0.0.1'));
    t.after(() => second.socket.destroy());
    await second.play('< RDY\n< APP RDY\n> AT\n< AT\n< OK');
  });

  test('--connect goes to a line that waits, and comes again', async (t) => {
    const port = nextPort();
    const lines = net.createServer();
    t.after(() => lines.close());
    const started = emulator(t, ['--dialect', 'hayes', '--connect', port]); // nobody is there yet
    await new Promise((done) => setTimeout(done, 150));
    lines.listen(port, '127.0.0.1');
    for (let i = 0; i < 2; i++) {
      const [socket] = await once(lines, 'connection');
      const dte = new Dte(socket);
      await dte.play('> AT\n< AT\n< OK');
      socket.destroy();
    }
    await started;
  });

  test('--baud paces, --log keeps, SIGTERM ends', async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'rill-modem-'));
    t.after(() => rmSync(folder, { recursive: true }));
    const log = join(folder, 'log.txt');
    const peer = await server(t, 'x'.repeat(960));
    const dte = await modem(t, 'hayes', { options: ['--baud', '9600', '--log', log, '--echo', 'off'] });
    await dte.play(`
      > ATDexample.com:${peer.port}
      < CONNECT 57600
      >> GET`);
    const started = Date.now();
    await dte.expect('x'.repeat(960));
    const seconds = (Date.now() - started) / 1000;
    assert.ok(seconds > 0.9, `960 bytes at 9600 baud take a second, not ${seconds}`);
    assert.match(readFileSync(log, 'utf8'), /DTE "ATDexample\.com:\d+\\r"/);
    dte.child.kill('SIGTERM');
    const [code] = await once(dte.child, 'exit');
    assert.equal(code, 0);
  });

  test('what it does not know is said', async (t) => {
    for (const args of [['--dialect', 'x', '--listen', '0'], ['--dialect', 'hayes', '--listen', '0', '--fault', 'no-sim'], ['--dialect', 'hayes']])
      await assert.rejects(() => emulator(t, args), /emulator\.mjs --dialect/);
  });
});

// ---- faults: each is shown once
const shown = new Set();
const fault = (name, body) => {
  shown.add(name.split(':')[0]);
  return test(name, body);
};

describe('faults', () => {
  const banner = ['RDY', 'APP RDY'];
  const quectel = async (t, faultNames, { answer = hello, answered = true, open = false, rest = '' } = {}) => {
    const peer = await server(t, answer, { open });
    const dte = await modem(t, 'quectel', { faults: faultNames, banner });
    await dte.play(`
      > ATE0+QIACT=1
      < ATE0+QIACT=1
      < OK
      > AT+QIOPEN=1,0,"TCP","example.com",${peer.port},0,0
      < OK
      < +QIOPEN: 0,0`);
    if (answered)
      await dte.play(`
        > AT+QISEND=0,3
        << \\r\\n>\\u0020
        >> GET
        < SEND OK
        < +QIURC: "recv",0
        ${open ? '' : '< +QIURC: "closed",0'}`);
    if (rest) await dte.play(rest);
    return { dte, peer };
  };

  fault('lying-length:3', async (t) => {
    await quectel(t, ['lying-length:3'], { rest: '> AT+QIRD=0,1500\n<< \\r\\n+QIRD: 15\\r\\nhello, modem\\r\\n\\r\\nOK\\r\\n' });
  });

  fault('short-length:3', async (t) => {
    await quectel(t, ['short-length:3'], { rest: '> AT+QIRD=0,1500\n<< \\r\\n+QIRD: 9\\r\\nhello, modem\\r\\n\\r\\nOK\\r\\n' });
  });

  fault('longer-than-asked:4', async (t) => {
    await quectel(t, ['longer-than-asked:4'], { rest: '> AT+QIRD=0,5\n<< \\r\\n+QIRD: 9\\r\\nhello, mo\\r\\n\\r\\nOK\\r\\n\n> AT+QIRD=0,2\n<< \\r\\n+QIRD: 6\\r\\ndem???\\r\\n\\r\\nOK\\r\\n' });
  });

  fault('urc-inside', async (t) => {
    const dte = await modem(t, 'quectel', { faults: ['urc-inside'], banner });
    await dte.play(`
      > AT+CPIN?
      < AT+CPIN?
      < +QIND: "csq",24,99
      < +CPIN: READY
      < +QIND: "csq",24,99
      < OK`);
  });

  fault('late-ok:300,CSQ', async (t) => {
    const dte = await modem(t, 'quectel', { faults: ['late-ok:300,CSQ'], banner });
    await dte.play('> ATE0\n< ATE0\n< OK\n> AT+CSQ\n< +CSQ: 24,99');
    await dte.nothing(200);
    await dte.line('OK');
  });

  fault('lost-bytes:@5+2', async (t) => {
    await quectel(t, ['lost-bytes:@5+2'], { rest: '> AT+QIRD=0,1500\n<< \\r\\n+QIRD: 12\\r\\nhellomodem\\r\\n\\r\\nOK\\r\\n' });
  });

  fault('lost-bytes:0.2', async (t) => {
    const run = async () => {
      const dte = await modem(t, 'hayes', { faults: ['lost-bytes:0.2'], options: ['--seed', '7'] });
      dte.send('AT this line comes back without some of its letters\r');
      await dte.until(() => dte.received.length > 20, 'an echo');
      await new Promise((done) => setTimeout(done, 50));
      return dte.received;
    };
    const first = await run();
    assert.ok(first.length < 'AT this line comes back without some of its letters\r'.length);
    assert.equal(await run(), first); // the same seed, the same loss
  });

  fault('garbage:0.2', async (t) => {
    const dte = await modem(t, 'hayes', { faults: ['garbage:0.2'] });
    const noise = await dte.until(() => dte.received.length >= 7 && dte.received.slice(0, 7), 'noise');
    assert.match(noise, /[^\x20-\x7e]/);
    const line = 'AT this line comes back with some of its letters changed\r';
    dte.send(line);
    await dte.until(() => dte.received.length >= 7 + line.length, 'an echo');
    assert.notEqual(dte.received.slice(7, 7 + line.length), line);
  });

  fault('reset-mid-stream:5', async (t) => {
    const { dte } = await quectel(t, ['reset-mid-stream:5']);
    await dte.play(`
      > AT+QIRD=0,1500
      << \\r\\n+QIRD: 12\\r\\nhello\\r\\nRDY\\r\\n
      < APP RDY
      > AT+QISTATE?
      < AT+QISTATE?
      < OK`);
  });

  fault('buffer-full:1', async (t) => {
    const { dte, peer } = await quectel(t, ['buffer-full:1'], { answered: false });
    await dte.play(`
      > AT+QISEND=0,3
      << \\r\\n>\\u0020
      >> ONE
      < SEND FAIL
      > AT+QISEND=0,3
      << \\r\\n>\\u0020
      >> TWO
      < SEND OK`);
    await dte.until(() => peer.received, 'the data');
    assert.equal(peer.received, 'TWO');
  });

  fault('no-sim', async (t) => {
    const dte = await modem(t, 'quectel', { faults: ['no-sim'], banner });
    await dte.play(`
      > ATE0+CMEE=1
      < ATE0+CMEE=1
      < OK
      > AT+CPIN?
      < +CME ERROR: 10
      > AT+CEREG?
      < +CEREG: 0,0
      < OK
      > AT+QIACT=1
      < ERROR`);
  });

  fault('pin:4711', async (t) => {
    const dte = await modem(t, 'quectel', { faults: ['pin:4711'], banner });
    await dte.play(`
      > ATE0+CMEE=2
      < ATE0+CMEE=2
      < OK
      > AT+CPIN?
      < +CPIN: SIM PIN
      < OK
      > AT+CPIN=1234
      < +CME ERROR: incorrect password
      > AT+CEREG=1
      < OK
      > AT+CPIN=4711
      < OK
      < +CPIN: READY
      < +CEREG: 1
      > AT+QIACT=1
      < OK`);
  });

  fault('denied', async (t) => {
    const dte = await modem(t, 'quectel', { faults: ['denied'], banner });
    await dte.play('> ATE0+CEREG?\n< ATE0+CEREG?\n< +CEREG: 0,3\n< OK\n> AT+QIACT=1\n< ERROR');
    const esp = await modem(t, 'esp-at', { faults: ['denied'], banner: ['ready'], options: ['--echo', 'off'] });
    await esp.play('> AT+CWJAP="a","b"\n< +CWJAP:2\n< ERROR', CRLF);
  });

  fault('searching:2', async (t) => {
    const dte = await modem(t, 'quectel', { faults: ['searching:2'], banner });
    await dte.play(`
      > ATE0+CEREG=1
      < ATE0+CEREG=1
      < OK
      > AT+CEREG?
      < +CEREG: 1,2
      < OK
      > AT+CEREG?
      < +CEREG: 1,1
      < OK
      < +CEREG: 1`);
  });

  fault('searching', async (t) => {
    const dte = await modem(t, 'ublox', { faults: ['searching'], options: ['--echo', 'off'] });
    for (let i = 0; i < 5; i++) await dte.play('> AT+CEREG?\n< +CEREG: 0,2\n< OK');
    await dte.play('> AT+CGATT=1\n< ERROR');
    const hayes = await modem(t, 'hayes', { faults: ['searching'], options: ['--echo', 'off'] });
    await hayes.play('> ATS7=1\n< OK\n> ATDT5551234\n< NO ANSWER');
  });

  fault('bad-apn', async (t) => {
    const dte = await modem(t, 'simcom', { faults: ['bad-apn'], options: ['--echo', 'off'] });
    await dte.play(`
      < *ATREADY: 1
      < SMS DONE
      < PB DONE
      > AT+CEREG?
      < +CEREG: 0,1
      < OK
      > AT+NETOPEN
      < OK
      < +NETOPEN: 1`);
  });

  fault('no-network', async (t) => {
    const dte = await modem(t, 'nordic-slm', { faults: ['no-network'], banner: ['Ready'] });
    await dte.play('> AT+CFUN=1\n< OK\n> AT+CSQ\n< +CSQ: 99,99\n< OK\n> AT+CEREG?\n< +CEREG: 0,0\n< OK', CRLF);
    const hayes = await modem(t, 'hayes', { faults: ['no-network'], options: ['--echo', 'off'] });
    await hayes.play('> ATDT5551234\n< NO DIALTONE\n> ATX3DT5551234\n< NO CARRIER');
  });

  fault('refused', async (t) => {
    const peer = await server(t, hello);
    const dte = await modem(t, 'quectel', { faults: ['refused'], banner });
    await dte.play(`
      > ATE0+QIACT=1
      < ATE0+QIACT=1
      < OK
      > AT+QIOPEN=1,0,"TCP","example.com",${peer.port},0,0
      < OK
      < +QIOPEN: 0,566`);
  });

  fault('slow:300', async (t) => {
    const dte = await modem(t, 'hayes', { faults: ['slow:300'], options: ['--echo', 'off'] });
    dte.send('AT\r');
    await dte.nothing(200);
    await dte.line('OK');
  });

  fault('echo', async (t) => {
    const dte = await modem(t, 'hayes', { faults: ['echo'] });
    await dte.play('> ATE0\n< ATE0\n< OK\n> AT\n< AT\n< OK');
  });

  fault('silent', async (t) => {
    const dte = await modem(t, 'quectel', { faults: ['silent'] });
    dte.send('AT\r');
    await dte.nothing(300);
  });

  fault('silent-after:2', async (t) => {
    const dte = await modem(t, 'hayes', { faults: ['silent-after:2'], options: ['--echo', 'off'] });
    await dte.play('> AT\n< OK\n> AT\n< OK\n> AT');
    await dte.nothing(200);
  });

  fault('close-mid-stream:5', async (t) => {
    const { dte } = await quectel(t, ['close-mid-stream:5']);
    await dte.play('> AT+QIRD=0,1500\n<< \\r\\n+QIRD: 5\\r\\nhello\\r\\n\\r\\nOK\\r\\n\n> AT+QISEND=0,3\n<< \\r\\n>\\u0020\n>> GET\n< ERROR');
  });

  fault('busy:1', async (t) => {
    const peer = await server(t, hello);
    const dte = await modem(t, 'quectel', { faults: ['busy:1'], banner });
    await dte.play(`
      > ATE0+QIACT=1
      < ATE0+QIACT=1
      < OK
      > AT+QIOPEN=1,0,"TCP","example.com",${peer.port},0,0
      < OK
      < +QIOPEN: 0,568
      > AT+QICLOSE=0
      < OK
      > AT+QIOPEN=1,0,"TCP","example.com",${peer.port},0,0
      < OK
      < +QIOPEN: 0,0`);
    const hayes = await modem(t, 'hayes', { faults: ['busy:1'], options: ['--echo', 'off'] });
    await hayes.play(`> ATDx:${peer.port}\n< BUSY\n> ATDx:${peer.port}\n< CONNECT 57600`);
    const esp = await modem(t, 'esp-at', { faults: ['busy:1'], banner: ['ready'], options: ['--echo', 'off'] });
    await esp.play('> AT\n< busy p...\n> AT\n< OK', CRLF);
  });

  test('every fault of the table is shown here', () => {
    assert.deepEqual(faults.map(({ name }) => name).filter((name) => !shown.has(name)), []);
  });
});
