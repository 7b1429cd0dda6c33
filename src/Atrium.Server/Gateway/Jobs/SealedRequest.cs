using System.Text.Json;
using System.Text.Json.Nodes;
using Atrium.Server.Resources;

namespace Atrium.Server.Gateway.Jobs;

/// <summary>Parts of a job's request that may hold signatures which open a store: kept encrypted, bound to their job.</summary>
internal static class SealedRequest
{
    /// <param name="request">Where it is kept.</param>
    /// <param name="name">Of the part.</param>
    /// <param name="part">What is kept.</param>
    /// <param name="cipher">Of the installation.</param>
    /// <param name="job">The job's key.</param>
    public static void Seal<T>(this JsonObject request, string name, T part, ISecretCipher cipher, string job) =>
        request[name] = Convert.ToBase64String(cipher.Encrypt(job, name, JsonSerializer.Serialize(part)));

    /// <summary>The part as it was; null for a request without it.</summary>
    public static T? Open<T>(this JsonObject request, string name, ISecretCipher cipher, string job)
        where T : class => (string?)request[name] is { } text ? JsonSerializer.Deserialize<T>(cipher.Decrypt(job, name, Convert.FromBase64String(text))) : null;
}
