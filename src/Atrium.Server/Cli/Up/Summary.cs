using Atrium.Server.Hosting.FirstRun;

namespace Atrium.Server.Cli.Up;

/// <summary>What <c>atrium up</c> ends with.</summary>
internal static class Summary
{
    public static string Of(Installation installation, string chat, string portal) => $$"""

        Atrium is ready.

          endpoint         {{installation.Endpoint}}        (keys only, this machine only)
          HTTPS endpoint   {{installation.HttpsEndpoint}}        ('atrium trust' prints how clients come to trust it)
          key              {{installation.ApiKey}}
          chat             {{chat}}
          portal           {{portal}}
          data             {{installation.DataFolder}}

        Try it:

          curl {{installation.Endpoint}}/openai/v1/embeddings \
            -H 'api-key: {{installation.ApiKey}}' -H 'content-type: application/json' \
            -d '{"model": "embeddings", "input": "Hello, how are you?"}'

        'atrium status -o json' prints all of this, and the first service principal, for scripts. 'atrium down' ends the hub.

        """;
}
