// A server for SmtpNpmServerIT. Prints its port, then a line for each login and each message that it was sent whole.
// Arguments: how to behave ("starttls", "implicit" or "clear"), a certificate and its key in PEM.
const { readFileSync } = require('fs');
const { SMTPServer } = require('smtp-server');

const [behaviour, certificate, key] = process.argv.slice(2);

function refusal(code, text) {
    const error = new Error(text);
    error.responseCode = code;
    return error;
}

const server = new SMTPServer({
    secure: behaviour === 'implicit',
    cert: readFileSync(certificate),
    key: readFileSync(key),
    hideSTARTTLS: behaviour === 'clear',
    disabledCommands: behaviour === 'clear' ? ['STARTTLS'] : [],
    authMethods: ['PLAIN', 'LOGIN', 'XOAUTH2'],
    disableReverseLookup: true,
    logger: false,
    onAuth(auth, session, callback) {
        console.log(`AUTH ${auth.method} secure=${session.secure}`);
        if (auth.method === 'XOAUTH2') {
            if (auth.username === 'user@acme.example' && auth.accessToken === 'fake-good-token') {
                callback(null, { user: auth.username });
            } else {
                // What Gmail says in its 334.
                callback(null, { data: { status: '400', schemes: 'Bearer', scope: 'https://mail.google.com/' } });
            }
            return;
        }
        if (auth.username === 'user@acme.example' && auth.password === 'fake-password') {
            callback(null, { user: auth.username });
        } else {
            callback(refusal(535, '5.7.8 Username and Password not accepted'));
        }
    },
    onRcptTo(address, session, callback) {
        const user = address.address.split('@')[0];
        if (user === 'busy') {
            callback(refusal(450, '4.2.1 try again later'));
        } else if (user === 'nobody') {
            callback(refusal(550, '5.1.1 no such user'));
        } else if (user === 'silent-before-data') {
            console.log('RCPT');
        } else {
            callback();
        }
    },
    onData(stream, session, callback) {
        const chunks = [];
        stream.on('data', chunk => chunks.push(chunk));
        stream.on('end', () => {
            console.log(`DATA secure=${session.secure} ${Buffer.concat(chunks).toString('base64')}`);
            if (!session.envelope.rcptTo[0].address.startsWith('silent-after-data@')) {
                callback(null, 'queued as npm-1');
            }
        });
    },
});

// What clients break off is theirs to report.
server.on('error', () => {});
server.listen(0, '127.0.0.1', () => console.log(`PORT ${server.server.address().port}`));
// The test closes this when it ends, in whatever way it ends.
process.stdin.on('end', () => process.exit()).resume();
