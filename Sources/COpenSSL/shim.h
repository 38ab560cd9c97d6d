#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

// Macros of OpenSSL, and functions with a variable number of arguments, neither of which Swift can import.

static inline EVP_PKEY *copenssl_make_p256_key(void) { return EVP_EC_gen("P-256"); }

/// TLS 1.2 or newer; buffers for records only while there are some.
static inline int copenssl_set_up(SSL_CTX *context) {
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
    return SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
}

static inline int copenssl_set_server_name(SSL *connection, const char *name) {
    return (int)SSL_set_tlsext_host_name(connection, name);
}

/// What the memory BIO holds, without taking it out.
static inline long copenssl_contents(BIO *memory, char **start) { return BIO_get_mem_data(memory, start); }

static inline int copenssl_empty(BIO *memory) { return (int)BIO_reset(memory); }
