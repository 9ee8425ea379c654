package org.nestguard.server.http.log;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.spi.FilterReply;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is logged, and what is not. */
class JsonLogTest {
    @Test
    void whoIsGoneFillsNoLogWithStacks() {
        LoggerContext context = new LoggerContext();
        new JsonLog().configure(context);
        assertEquals(FilterReply.DENY, reply(context, "io.javalin.Javalin", new ClosedChannelException()));
        assertEquals(FilterReply.NEUTRAL, reply(context, "io.javalin.Javalin", new IOException("other")));
        assertEquals(FilterReply.NEUTRAL, reply(context, "org.nestguard.server", new ClosedChannelException()));
        assertEquals(FilterReply.NEUTRAL, reply(context, "io.javalin.Javalin", null));
    }

    private static FilterReply reply(LoggerContext context, String name, @Nullable Throwable thrown) {
        Logger logger = context.getLogger(name);
        Appender<ILoggingEvent> appender = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)
                .iteratorForAppenders()
                .next();
        return appender.getFilterChainDecision(
                new LoggingEvent("here", logger, Level.ERROR, "a message", thrown, new Object[0]));
    }
}
