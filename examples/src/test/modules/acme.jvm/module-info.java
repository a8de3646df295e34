/** Watches the JVM that the other modules run in. */
module acme.jvm {
    requires java.logging;

    exports acme.jvm;
}
