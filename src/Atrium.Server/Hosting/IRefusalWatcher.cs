namespace Atrium.Server.Hosting;

/// <summary>Is told of every call that is refused, before the answer goes. Owned here, implemented by Audit.</summary>
internal interface IRefusalWatcher
{
    ValueTask SeeAsync(HttpContext context, ApiException refused);
}
