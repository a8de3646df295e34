package dev.otpkit.channel.smtp;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/** A server on a free loopback port with scripted replies, which records the commands that it receives. */
final class ScriptedSmtpServer implements AutoCloseable {
    /** Bound, but never listening: it keeps the port while the server is away. */
    private final Socket reservation = new Socket();

    private final boolean reserves = reservation.supportedOptions().contains(StandardSocketOptions.SO_REUSEPORT);
    private volatile ServerSocket listener;
    private final Map<Step, Reply> replies = new ConcurrentHashMap<>();
    private final List<Socket> connections = new CopyOnWriteArrayList<>();
    private final List<String> commands = new CopyOnWriteArrayList<>();
    private final List<Mail> mails = new CopyOnWriteArrayList<>();
    private volatile CountDownLatch silence = new CountDownLatch(1);
    private volatile boolean deaf;

    ScriptedSmtpServer() throws IOException {
        replyAsUsual();
        if (reserves) {
            reservation.setOption(StandardSocketOptions.SO_REUSEPORT, true);
            reservation.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        }
        listener = listen(reserves ? reservation.getLocalPort() : 0);
    }

    private ServerSocket listen(int port) throws IOException {
        ServerSocket next = new ServerSocket();
        if (reserves) {
            next.setOption(StandardSocketOptions.SO_REUSEPORT, true);
        }
        // Small, so that content which a deaf server does not read soon fills the buffer.
        next.setReceiveBufferSize(4096);
        next.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 50);
        daemon(() -> accept(next));
        return next;
    }

    private void replyAsUsual() {
        reply(Step.GREETING, "220 scripted.example ESMTP");
        reply(Step.EHLO, "250-scripted.example", "250-AUTH PLAIN LOGIN", "250 8BITMIME");
        reply(Step.STARTTLS, "220 2.0.0 go ahead");
        reply(Step.AUTH, "235 2.7.0 welcome");
        reply(Step.EMPTY_LINE, "535 5.7.8 Username and Password not accepted");
        reply(Step.MAIL, "250 2.1.0 Ok");
        reply(Step.RCPT, "250 2.1.5 Ok");
        reply(Step.DATA, "354 go ahead");
        reply(Step.END, "250 2.0.0 Ok: queued as 4ZxYz12");
        reply(Step.QUIT, "221 2.0.0 Bye");
    }

    /**
     * A message that was received completely.
     *
     * @param recipient the address of {@code RCPT TO}, without the angle brackets
     * @param content the content, still with its dots stuffed
     */
    record Mail(String recipient, String content) {}

    /** The events and commands to which a server replies. */
    enum Step {
        GREETING,
        EHLO,
        STARTTLS,
        AUTH,
        /** The client's empty line after a 334 with the reason why its token is refused. */
        EMPTY_LINE,
        MAIL,
        RCPT,
        DATA,
        END,
        QUIT
    }

    /** The reaction of a server to a step. */
    interface Reply {
        void send(OutputStream out) throws IOException, InterruptedException;
    }

    int port() {
        return listener.getLocalPort();
    }

    ScriptedSmtpServer reply(Step step, String... lines) {
        byte[] bytes = (String.join("\r\n", lines) + "\r\n").getBytes(StandardCharsets.UTF_8);
        replies.put(step, out -> out.write(bytes));
        return this;
    }

    ScriptedSmtpServer hang(Step step) {
        replies.put(step, out -> beSilent());
        return this;
    }

    ScriptedSmtpServer replyAndHang(Step step, String line) {
        replies.put(step, out -> {
            out.write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
            beSilent();
        });
        return this;
    }

    private void beSilent() throws IOException, InterruptedException {
        silence.await();
        throw new IOException("as scripted");
    }

    ScriptedSmtpServer disconnect(Step step) {
        replies.put(step, out -> {
            throw new IOException("as scripted");
        });
        return this;
    }

    ScriptedSmtpServer drip(Step step, String line) {
        replies.put(step, out -> {
            for (byte each : line.getBytes(StandardCharsets.US_ASCII)) {
                out.write(each);
                Thread.sleep(100);
            }
        });
        return this;
    }

    ScriptedSmtpServer talkWithoutEnd(Step step) {
        byte[] line = "250-and another thing\r\n".repeat(500).getBytes(StandardCharsets.US_ASCII);
        replies.put(step, out -> {
            while (true) {
                out.write(line);
            }
        });
        return this;
    }

    /** Refuses each message with this text and everything received: the address, the code, the content. */
    ScriptedSmtpServer refuseRepeatingTheContent(String words) {
        replies.put(Step.END, out -> {
            String heard =
                    String.join(" ", commands) + mails.get(mails.size() - 1).content();
            out.write(("554 5.7.1 refused: " + words + " " + heard.replaceAll("\\R", " ") + "\r\n")
                    .getBytes(StandardCharsets.UTF_8));
        });
        return this;
    }

    /** Stops reading after the reply to DATA. */
    ScriptedSmtpServer becomeDeaf() {
        deaf = true;
        return this;
    }

    /** Refuses connections, and closes those that are open, until {@link #recover()}. */
    void goAway() throws IOException {
        listener.close();
        dropConnections();
    }

    /** Listens at the same port, replies as in the beginning, and is no longer silent or deaf. */
    void recover() throws IOException {
        replyAsUsual();
        deaf = false;
        silence.countDown();
        silence = new CountDownLatch(1);
        if (listener.isClosed()) {
            listener = listen(port());
        }
    }

    /** Closes every connection that is open now. */
    void dropConnections() throws IOException {
        for (Socket each : connections) {
            each.close();
        }
    }

    int connectionCount() {
        return connections.size();
    }

    /** Returns every command received, without what follows AUTH. */
    List<String> commands() {
        return List.copyOf(commands);
    }

    long count(String verb) {
        return commands.stream().filter(command -> command.startsWith(verb)).count();
    }

    List<Mail> mails() {
        return List.copyOf(mails);
    }

    /** Returns the contents that were received completely, still with their dots stuffed. */
    List<String> contents() {
        return mails.stream().map(Mail::content).toList();
    }

    @Override
    public void close() throws IOException {
        silence.countDown();
        goAway();
        reservation.close();
    }

    private void accept(ServerSocket from) {
        while (!from.isClosed()) {
            try {
                Socket socket = from.accept();
                // A connection can still come in while another thread closes the listener.
                if (from.isClosed()) {
                    socket.close();
                    return;
                }
                connections.add(socket);
                daemon(() -> serve(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
            OutputStream out = socket.getOutputStream();
            replies.get(Step.GREETING).send(out);
            String recipient = "";
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                String verb = line.split("[ :]", 2)[0];
                commands.add(verb.equals("AUTH") ? verb : line);
                switch (verb) {
                    case "AUTH" -> authenticate(line, in, out);
                    case "" -> replies.get(Step.EMPTY_LINE).send(out);
                    case "DATA" -> receive(recipient, in, out);
                    case "QUIT" -> {
                        replies.get(Step.QUIT).send(out);
                        return;
                    }
                    case "RCPT" -> {
                        recipient = line.substring(line.indexOf('<') + 1, line.lastIndexOf('>'));
                        replies.get(Step.RCPT).send(out);
                    }
                    case "EHLO", "MAIL", "STARTTLS" ->
                        replies.get(Step.valueOf(verb)).send(out);
                    default -> out.write("502 5.5.1 what?\r\n".getBytes(StandardCharsets.US_ASCII));
                }
            }
        } catch (IOException | InterruptedException e) {
            // Either side has ended the connection.
        }
    }

    private void authenticate(String line, BufferedReader in, OutputStream out)
            throws IOException, InterruptedException {
        if (line.equals("AUTH LOGIN")) {
            out.write("334 VXNlcm5hbWU6\r\n".getBytes(StandardCharsets.US_ASCII));
            in.readLine();
            out.write("334 UGFzc3dvcmQ6\r\n".getBytes(StandardCharsets.US_ASCII));
            in.readLine();
        }
        replies.get(Step.AUTH).send(out);
    }

    private void receive(String recipient, BufferedReader in, OutputStream out)
            throws IOException, InterruptedException {
        replies.get(Step.DATA).send(out);
        if (deaf) {
            beSilent();
        }
        StringBuilder content = new StringBuilder();
        String line = in.readLine();
        while (line != null && !line.equals(".")) {
            content.append(line).append("\r\n");
            line = in.readLine();
        }
        if (line == null) {
            throw new IOException("no end of content");
        }
        mails.add(new Mail(recipient, content.toString()));
        replies.get(Step.END).send(out);
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task, "scripted-smtp");
        thread.setDaemon(true);
        thread.start();
    }
}
