/** Sends SMS and WhatsApp messages. */
module acme.twilio {
    requires acme.jvm;
    requires dev.otpkit;
    requires dev.otpkit.channel.twilio;
}
