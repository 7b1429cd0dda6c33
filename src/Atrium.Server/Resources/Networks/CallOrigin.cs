using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace Atrium.Server.Resources.Networks;

/// <summary>Where a call comes from, as its connection shows; what its headers say of it is worth nothing unless the proxy that wrote them is one of the operator's.</summary>
/// <param name="Address">Of the caller; null for a call that came over no network.</param>
/// <param name="IsPassedOn">Somebody passed it on who is not known as a proxy, so that the address is his and not the caller's.</param>
internal readonly record struct CallOrigin(IPAddress? Address, bool IsPassedOn)
{
    /// <summary>The headers by which proxies say for whom they call. Of a known proxy they are taken and removed before this.</summary>
    private static readonly string[] PassedOnHeaders = ["X-Forwarded-For", "Forwarded", "Via", "X-Real-IP"];

    /// <summary>By which the portal, which is this process calling itself, says for whom it calls. Known to nobody outside the process.</summary>
    private const string OwnHeader = "x-atrium-for";
    private static readonly string OwnMark = RandomNumberGenerator.GetHexString(32);

    public static CallOrigin Of(HttpContext context)
    {
        if (context.Request.Headers[OwnHeader].FirstOrDefault()?.Split(' ') is [var mark, var caller] && IsOwn(mark))
        {
            return new(IPAddress.TryParse(caller, out var real) ? real : null, IsPassedOn: false);
        }

        var address = context.Connection.RemoteIpAddress;
        return new(
            address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address,
            Array.Exists(PassedOnHeaders, context.Request.Headers.ContainsKey));
    }

    /// <summary>Makes a call of this process to itself one of the caller for whom it is made.</summary>
    /// <param name="request">To this process and nowhere else.</param>
    /// <param name="caller">His address; null where it is not known, which no closed resource answers.</param>
    public static void Vouch(HttpRequestMessage request, IPAddress? caller) => request.Headers.Add(OwnHeader, $"{OwnMark} {caller?.ToString() ?? "unknown"}");

    private static bool IsOwn(string mark) => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(mark), Encoding.UTF8.GetBytes(OwnMark));
}
